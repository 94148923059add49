/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of {@code terrace bench misses}; {@link Misses} does the work. */
@Command(
    name = "misses",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Measures what the plugin costs where nothing can be reused: prompts that nobody has seen, in"
          + " pairs, by Jlama alone and with the agent, in turns.",
      "Compares like with like for models whose matrix sizes need no repair, as the one with random"
          + " weights; --operations panama needs none at all."
    })
final class MissesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ModelOptions modelOptions = new ModelOptions();

  @Option(
      names = "--document",
      paramLabel = "FILE",
      description = "The text that prompts are cut from (UTF-8).")
  private @Nullable Path document;

  @Option(
      names = "--pairs",
      paramLabel = "N",
      defaultValue = "21",
      description = "How many prompts. Default: ${DEFAULT-VALUE}.")
  private int pairs;

  @Option(
      names = "--prompt-tokens",
      paramLabel = "N",
      defaultValue = "512",
      description = "About how many tokens each has. Default: ${DEFAULT-VALUE}.")
  private int promptTokens;

  @Option(
      names = "--answer-tokens",
      paramLabel = "N",
      defaultValue = "16",
      description = "Length of each answer. Default: ${DEFAULT-VALUE}.")
  private int answerTokens;

  @Override
  public Integer call() {
    OptionRange.require(spec, pairs >= 1, "--pairs", pairs, "at least 1");
    OptionRange.require(spec, promptTokens >= 32, "--prompt-tokens", promptTokens, "at least 32");
    OptionRange.require(spec, answerTokens >= 2, "--answer-tokens", answerTokens, "at least 2");
    PrintWriter out = spec.commandLine().getOut();
    ModelRequest request = modelOptions.request();
    Installation installation = modelOptions.installation();
    try (Progress progress = Progress.standardError()) {
      ChosenModel model = new ModelChoice(request, Hub.huggingFace(), progress).choose();
      try (ChildJvms children =
          new ChildJvms(installation, model.folder(), modelOptions.operations(), null)) {
        Misses misses = new Misses(Document.load(document), promptTokens, answerTokens, progress);
        List<Misses.Pair> measured = misses.measure(children, pairs);
        out.println(model.name() + ", " + Machine.cpu() + ", " + Machine.jdk());
        Misses.report(measured, out);
      }
    }
    return 0;
  }
}
