/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of {@code terrace bench soak}; {@link Soak} does the work. */
@Command(
    name = "soak",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Asks a tiny model in Jlama from several threads, with the agent over memory, a volume and a"
          + " bucket, while both stores fail, hang, lie, fill up and go away on purpose.",
      "Every answer is held against one without reuse, token for token and logit for logit; every"
          + " request against the time that computing it takes, and a tier's deadline; and at the"
          + " end all memory, threads and files must have been given back. Runs in a checkout."
    },
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:nothing was found",
      "1:something was found, each in a line of its own, or the run failed",
      "2:an option, or something it names, cannot be used"
    })
final class SoakCommand implements Callable<Integer> {
  private static final double LEAST_MINUTES = 0.1;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "How long requests are sent, such as 0.5. From 10 on each kind of fault must strike 20"
              + " times and 10,000 requests be answered. Default: ${DEFAULT-VALUE}.")
  private double minutes;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "What prompts and faults are drawn from. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "8",
      description = "Threads that send requests, 1 to 64. Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there, too.")
  private @Nullable Path json;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "Where the model is kept. Default: ~/.cache/terrace.")
  private @Nullable Path cache;

  @Option(
      names = "--agent",
      paramLabel = "JAR",
      description = "The agent to test, with tiers/ beside it. Default: the one of this build.")
  private @Nullable Path agent;

  @Override
  public Integer call() {
    if (!(minutes >= LEAST_MINUTES && minutes <= 10_000)) {
      throw new ParameterException(
          spec.commandLine(),
          "--minutes=" + minutes + " is out of range: give " + LEAST_MINUTES + " to 10000");
    }
    OptionRange.require(spec, threads >= 1 && threads <= 64, "--threads", threads, "1 to 64");
    if (json != null) {
      JsonFile.checkWritable(json);
    }
    PrintWriter out = spec.commandLine().getOut();
    Path models = ModelRequest.cacheFolder(cache);
    SoakFigures figures;
    try (Progress progress = Progress.standardError()) {
      Installation installation = Installation.ofThisProcess(agent);
      Soak soak = new Soak(installation, models, minutes, seed, threads, progress);
      figures = soak.run();
    }
    List<String> problems = SoakVerdict.problems(figures);
    SoakReport.print(figures, problems, out);
    if (json != null) {
      JsonFile.write(json, new SoakFigures.Judged(figures, problems));
    }
    return problems.isEmpty() ? 0 : 1;
  }
}
