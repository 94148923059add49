/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.qa.ChatClient;
import io.terrace.cli.qa.DryRun;
import io.terrace.cli.qa.QaFigures;
import io.terrace.cli.qa.QaOutcome;
import io.terrace.cli.qa.QaPlan;
import io.terrace.cli.qa.QaReport;
import io.terrace.cli.qa.QaRun;
import io.terrace.cli.qa.ShareGpt;
import io.terrace.cli.qa.Summary;
import io.terrace.cli.qa.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of {@code terrace bench multi-round-qa}; {@link QaRun} does the work. */
@Command(
    name = "multi-round-qa",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Puts the load of LMCache's multi-round QA benchmark on OpenAI-compatible servers: users who"
          + " share a system prompt hold conversations, each question with all that was said before."
          + " Its options and columns have the names that they have there.",
      "Ctrl-C sends no further question; what was sent is waited for, and counted."
    },
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:requests were answered; failures are counted",
      "1:no request was answered",
      "2:an option, or something it names, cannot be used"
    })
final class MultiRoundQaCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private WorkloadOptions workload = new WorkloadOptions();

  @Option(
      names = WorkloadOptions.HISTORY,
      paramLabel = "N",
      description = "Length of what a user brings along, in words of one token.")
  private @Nullable Integer userHistory;

  @Option(
      names = "--base-url",
      paramLabel = "URL",
      split = ",",
      description =
          "Where the API is, such as http://127.0.0.1:8000/v1. Several, repeated or separated by"
              + " commas, are asked in turn, as by a load balancer.")
  private List<String> baseUrls = List.of();

  @Option(names = "--model", paramLabel = "NAME", description = "The model's name there.")
  private @Nullable String model;

  @Option(
      names = "--time",
      paramLabel = "SECONDS",
      description = "How long questions are sent. Default: until Ctrl-C.")
  private @Nullable Integer time;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      defaultValue = "summary.csv",
      description = "A line for each request, as CSV. Default: ${DEFAULT-VALUE}.")
  private Path output = Path.of("");

  @Option(
      names = "--init-user-id",
      paramLabel = "N",
      defaultValue = "0",
      description = "The first user's number. Default: ${DEFAULT-VALUE}.")
  private int firstUserId;

  @Option(
      names = "--log-interval",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "Between two summaries of the run so far. Default: ${DEFAULT-VALUE}.")
  private int logInterval;

  @Option(
      names = "--sharegpt",
      paramLabel = "FILE",
      description =
          "Users ask what people asked in these recorded conversations: a JSON array of"
              + " {\"conversations\": [{\"from\", \"value\", \"num_tokens\"}]}, as ShareGPT's are.")
  private @Nullable Path shareGpt;

  @Option(
      names = "--skip-ramp-up",
      description =
          "Leaves the ramp-up out of the last summary: until the last of the first users has gone,"
              + " conversations are shorter than they stay.")
  private boolean skipRampUp;

  @Option(names = "--dry-run", description = "Says what would be sent when, and sends nothing.")
  private boolean dryRun;

  @Option(
      names = "--process-summary",
      paramLabel = "FILE",
      description = "Prints the summary of a past run's CSV, of this command or LMCache's.")
  private @Nullable Path processSummary;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the summary as JSON.")
  private @Nullable Path json;

  @Option(
      names = "--request-with-user-id",
      description = "Taken for the sake of scripts: the header x-user-id is always sent.")
  void requestWithUserId(boolean always) {}

  @Override
  public Integer call() {
    Path past = processSummary;
    if (past != null) {
      return process(past);
    }
    QaPlan plan = plan();
    if (dryRun) {
      print(DryRun.lines(plan));
      return 0;
    }
    String name = required(model, "--model");
    JsonFile.checkWritable("--output", output);
    if (json != null) {
      JsonFile.checkWritable("--json", json);
    }
    String key = System.getenv().getOrDefault("OPENAI_API_KEY", "");
    try (Progress progress = Progress.standardError();
        ChatClient client = new ChatClient(name, workload.requestTimeout(), key)) {
      QaRun run = new QaRun(plan, client, new QaProgress(progress));
      AtInterrupt atInterrupt = new AtInterrupt(run::stop);
      try {
        return measure(run, plan, name, progress);
      } finally {
        atInterrupt.close();
      }
    }
  }

  private int process(Path file) {
    QaOutcome outcome;
    try {
      outcome = QaOutcome.read(file);
    } catch (IOException e) {
      throw CliException.badInput("--process-summary=" + file + ": " + Messages.why(e, file));
    }
    Summary summary = outcome.summary(0);
    print(QaReport.lines(summary));
    return summary.answered() > 0 ? 0 : 1;
  }

  private QaPlan plan() {
    List<String> missing = new ArrayList<>(workload.missing());
    Integer history = userHistory;
    if (history == null) {
      missing.add(WorkloadOptions.HISTORY);
    }
    if (baseUrls.isEmpty()) {
      missing.add("--base-url");
    }
    if (history == null || !missing.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "Missing: " + String.join(", ", missing) + " (or --process-summary)");
    }
    Workload load = workload.workload(history, firstUserId);
    OptionRange.require(spec, logInterval >= 1, "--log-interval", logInterval, "at least 1");
    if (time != null) {
      OptionRange.require(spec, time >= 1, "--time", time, "at least 1");
    }
    return new QaPlan(
        load,
        baseUrls.stream().map(this::address).toList(),
        time == null ? null : Duration.ofSeconds(time),
        Duration.ofSeconds(logInterval),
        QaPlan.WARM_UP_TOKENS,
        conversations(load.rounds()));
  }

  private URI address(String text) {
    try {
      return QaPlan.address(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(),
          "--base-url=" + text + " is no address: give one such as http://127.0.0.1:8000/v1");
    }
  }

  private @Nullable ShareGpt conversations(int rounds) {
    Path file = shareGpt;
    if (file == null) {
      return null;
    }
    try {
      return ShareGpt.read(file, rounds);
    } catch (IOException e) {
      throw CliException.badInput("--sharegpt=" + file + ": " + Messages.why(e, file));
    }
  }

  private String required(@Nullable String value, String option) {
    if (value == null) {
      throw new ParameterException(spec.commandLine(), "Missing: " + option);
    }
    return value;
  }

  private int measure(QaRun run, QaPlan plan, String name, Progress progress) {
    QaOutcome outcome;
    try {
      if (!run.warmUp()) {
        throw CliException.failed(
            "no request of the warm-up was answered: nothing was measured ("
                + plan.addresses()
                + ")");
      }
      outcome = run.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliException.failed("interrupted");
    }
    progress.phase("");
    try {
      outcome.write(output);
    } catch (IOException e) {
      throw CliException.failed("--output=" + output + ": " + Messages.why(e, output));
    }
    double skipped = skipRampUp ? plan.workload().lifeSeconds() : 0;
    Summary summary = outcome.summary(skipped);
    print(QaReport.lines(summary));
    if (json != null) {
      List<String> urls = plan.addresses().stream().map(URI::toString).toList();
      JsonFile.write(json, new QaFigures(name, urls, plan.workload(), skipped, summary));
    }
    return summary.answered() > 0 ? 0 : 1;
  }

  private void print(List<String> lines) {
    PrintWriter out = spec.commandLine().getOut();
    lines.forEach(out::println);
    out.flush();
  }
}
