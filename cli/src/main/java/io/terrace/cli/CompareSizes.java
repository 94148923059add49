/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.qa.CompareOptions;
import io.terrace.cli.qa.CompareSetUp;
import io.terrace.cli.qa.Workload;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How much {@code terrace bench compare} asks for: a preset, and what is to be different. */
final class CompareSizes {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(
      names = "--preset",
      paramLabel = "laptop|netapp",
      defaultValue = "laptop",
      description =
          "laptop: a quarter of an hour on two cores. netapp: 15 users, 20 rounds, QPS 2, a system"
              + " prompt of 1,000, answers of 100, 20 minutes a run. Default: ${DEFAULT-VALUE}.")
  private ComparePreset preset = ComparePreset.LAPTOP;

  @Mixin private WorkloadOptions workload = new WorkloadOptions();

  @Option(
      names = WorkloadOptions.HISTORY,
      paramLabel = "N",
      split = ",",
      description = "Words that a user brings along; several, to see how it grows.")
  private @Nullable List<Integer> histories;

  @Option(names = "--time", paramLabel = "SECONDS", description = "How long each run asks.")
  private @Nullable Integer seconds;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      defaultValue = "2",
      description = "Requests that an instance answers at a time. Default: ${DEFAULT-VALUE}.")
  private int concurrency;

  int concurrency() {
    return concurrency;
  }

  /**
   * What is compared.
   *
   * @throws picocli.CommandLine.ParameterException if an option is out of range
   */
  CompareOptions options(List<CompareSetUp> setUps) {
    List<Integer> lengths = Objects.requireNonNullElse(histories, preset.histories());
    int time = Objects.requireNonNullElse(seconds, preset.seconds());
    WorkloadOptions.requireHistories(command, lengths);
    OptionRange.require(command, time >= 1, "--time", time, "at least 1");
    OptionRange.requireEach(command, "--concurrency", List.of(concurrency), 1, 64);
    return new CompareOptions(
        workload.workload(preset.workload(lengths.getFirst())),
        lengths.stream().distinct().toList(),
        setUps,
        Duration.ofSeconds(time),
        workload.requestTimeout(),
        preset.warmUpTokens());
  }

  /** Those that every run has in common, by the names of their options. */
  Map<String, String> parameters(CompareOptions options) {
    Workload load = options.workload();
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("--preset", preset.name().toLowerCase(Locale.ROOT));
    parameters.put("--num-users", String.valueOf(load.users()));
    parameters.put("--num-rounds", String.valueOf(load.rounds()));
    parameters.put("--qps", String.valueOf(load.qps()));
    parameters.put("--shared-system-prompt", String.valueOf(load.systemPrompt()));
    parameters.put("--answer-len", String.valueOf(load.answerTokens()));
    parameters.put("--time", String.valueOf(options.time().toSeconds()));
    parameters.put("--request-timeout", String.valueOf(options.deadline().toSeconds()));
    parameters.put("--concurrency", String.valueOf(concurrency));
    return parameters;
  }
}
