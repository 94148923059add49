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

  @Option(names = "--num-users", paramLabel = "N", description = "Users at a time.")
  private @Nullable Integer users;

  @Option(names = "--num-rounds", paramLabel = "N", description = "Questions of a user.")
  private @Nullable Integer rounds;

  @Option(names = "--qps", paramLabel = "N", description = "Questions a second of all users.")
  private @Nullable Double qps;

  @Option(
      names = "--shared-system-prompt",
      paramLabel = "N",
      description = "Words that all users share.")
  private @Nullable Integer systemPrompt;

  @Option(
      names = "--user-history-prompt",
      paramLabel = "N",
      split = ",",
      description = "Words that a user brings along; several, to see how it grows.")
  private @Nullable List<Integer> histories;

  @Option(names = "--answer-len", paramLabel = "N", description = "Most tokens of an answer.")
  private @Nullable Integer answerTokens;

  @Option(names = "--time", paramLabel = "SECONDS", description = "How long each run asks.")
  private @Nullable Integer seconds;

  @Option(
      names = "--request-timeout",
      paramLabel = "SECONDS",
      defaultValue = "600",
      description = "A request that takes longer has failed. Default: ${DEFAULT-VALUE}.")
  private int requestTimeout;

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
    OptionRange.requireEach(command, "--user-history-prompt", lengths, 0, QaOptions.MOST_WORDS);
    OptionRange.require(command, time >= 1, "--time", time, "at least 1");
    OptionRange.require(
        command, requestTimeout >= 1, "--request-timeout", requestTimeout, "at least 1");
    OptionRange.requireEach(command, "--concurrency", List.of(concurrency), 1, 64);
    Workload workload =
        QaOptions.checked(
            command,
            Objects.requireNonNullElse(users, preset.users()),
            Objects.requireNonNullElse(rounds, preset.rounds()),
            Objects.requireNonNullElse(qps, preset.qps()),
            Objects.requireNonNullElse(systemPrompt, preset.systemPrompt()),
            lengths.get(0),
            Objects.requireNonNullElse(answerTokens, preset.answerTokens()),
            0);
    return new CompareOptions(
        workload,
        lengths.stream().distinct().toList(),
        setUps,
        Duration.ofSeconds(time),
        Duration.ofSeconds(requestTimeout),
        preset.warmUpTokens());
  }

  /** Those that every run has in common, by the names of their options. */
  Map<String, String> parameters(CompareOptions options) {
    Workload workload = options.workload();
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("--preset", preset.name().toLowerCase(Locale.ROOT));
    parameters.put("--num-users", String.valueOf(workload.users()));
    parameters.put("--num-rounds", String.valueOf(workload.rounds()));
    parameters.put("--qps", String.valueOf(workload.qps()));
    parameters.put("--shared-system-prompt", String.valueOf(workload.systemPrompt()));
    parameters.put("--answer-len", String.valueOf(workload.answerTokens()));
    parameters.put("--time", String.valueOf(options.time().toSeconds()));
    parameters.put("--request-timeout", String.valueOf(requestTimeout));
    parameters.put("--concurrency", String.valueOf(concurrency));
    return parameters;
  }
}
