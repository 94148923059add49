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

/** The options of {@code terrace demo}; {@link Demo} does the work. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Measures what the plugin saves: a plain Jlama program answers prompts over a long document,"
          + " alone, with the agent but without reuse, and with reuse.",
      "Prints a table of times to the first token and whether the answers are the same, token for"
          + " token. The default run takes some three to five minutes on two idle cores."
    },
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:every answer with reuse is the one without, and prompts seen before were reused",
      "1:an answer differs, a prompt seen before was not reused, or a run failed",
      "2:an option, or something it names, cannot be used"
    })
final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ModelOptions modelOptions = new ModelOptions();

  @Option(
      names = "--document",
      paramLabel = "FILE",
      description =
          "The text that the prompts are about (UTF-8). Default: this project's licence and README.")
  private @Nullable Path document;

  @Option(
      names = "--prompt-tokens",
      paramLabel = "N",
      split = ",",
      defaultValue = "1024,2048",
      description = "Lengths of the prompts, in tokens. Default: ${DEFAULT-VALUE}.")
  private List<Integer> promptTokens = List.of();

  @Option(
      names = "--answer-tokens",
      paramLabel = "N",
      defaultValue = "32",
      description = "Length of each answer, 2 to 1024. Default: ${DEFAULT-VALUE}.")
  private int answerTokens;

  @Option(
      names = "--checked-questions",
      paramLabel = "N",
      defaultValue = "2",
      description =
          "How many of the five new questions are answered without reuse as well, to compare; each"
              + " costs a whole prompt. Default: ${DEFAULT-VALUE}.")
  private int checkedQuestions;

  @Option(
      names = "--tier",
      paramLabel = TierSpec.FORM,
      description =
          "Chunks go into this tier, too, and a second process reuses them after the first has"
              + " ended. nfs:DIR: in files of a folder, which is made if it is not there and kept."
              + " s3://BUCKET/PREFIX: in objects of a bucket, with the keys that the AWS SDK finds. s3"
              + " alone: in a bucket of a server that the demo starts, and ends.")
  private @Nullable String tier;

  @Mixin private EndpointOption endpoint = new EndpointOption();

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there, too.")
  private @Nullable Path json;

  @Override
  public Integer call() {
    DemoOptions options = checkedOptions();
    PrintWriter out = spec.commandLine().getOut();
    try (Progress progress = Progress.standardError()) {
      return new Demo(options, modelOptions.installation(), out, progress).run();
    }
  }

  private DemoOptions checkedOptions() {
    for (int length : promptTokens) {
      OptionRange.require(
          spec,
          length >= DemoOptions.FEWEST_PROMPT_TOKENS,
          "--prompt-tokens",
          length,
          "at least " + DemoOptions.FEWEST_PROMPT_TOKENS);
    }
    OptionRange.require(
        spec,
        answerTokens >= 2 && answerTokens <= 1024,
        "--answer-tokens",
        answerTokens,
        "2 to 1024");
    OptionRange.require(
        spec,
        checkedQuestions >= 1 && checkedQuestions <= Questions.NEW_QUESTIONS,
        "--checked-questions",
        checkedQuestions,
        "1 to " + Questions.NEW_QUESTIONS);
    return new DemoOptions(
        modelOptions.request(),
        document,
        List.copyOf(promptTokens),
        answerTokens,
        checkedQuestions,
        modelOptions.operations(),
        json,
        endpoint.tierOrNone(tier));
  }
}
