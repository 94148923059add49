/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.qa.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The multi-round QA workload on the command line, by LMCache's names. The length of the history is
 * each command's own: one takes several.
 */
final class WorkloadOptions {
  static final String HISTORY = "--user-history-prompt";

  private static final int MOST_WORDS = 10_000_000;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(names = "--num-users", paramLabel = "N", description = "Users who are there at a time.")
  private @Nullable Integer users;

  @Option(names = "--num-rounds", paramLabel = "N", description = "Questions of a user.")
  private @Nullable Integer rounds;

  @Option(
      names = "--qps",
      paramLabel = "N",
      description = "Questions a second of all users together, such as 0.5.")
  private @Nullable Double qps;

  @Option(
      names = "--shared-system-prompt",
      paramLabel = "N",
      description = "Length of the system prompt that all users share, in words of one token.")
  private @Nullable Integer systemPrompt;

  @Option(names = "--answer-len", paramLabel = "N", description = "Most tokens of an answer.")
  private @Nullable Integer answerTokens;

  @Option(
      names = "--request-timeout",
      paramLabel = "SECONDS",
      defaultValue = "600",
      description = "A request that takes longer has failed. Default: ${DEFAULT-VALUE}.")
  private int requestTimeout;

  /** The options that are not given and have no default. */
  List<String> missing() {
    List<String> missing = new ArrayList<>();
    add(missing, "--num-users", users);
    add(missing, "--num-rounds", rounds);
    add(missing, "--qps", qps);
    add(missing, "--shared-system-prompt", systemPrompt);
    add(missing, "--answer-len", answerTokens);
    return missing;
  }

  private static void add(List<String> missing, String option, @Nullable Object value) {
    if (value == null) {
      missing.add(option);
    }
  }

  /**
   * The workload; nothing is missing.
   *
   * @throws ParameterException if an option is out of range
   */
  Workload workload(int userHistory, int firstUserId) {
    if (users == null
        || rounds == null
        || qps == null
        || systemPrompt == null
        || answerTokens == null) {
      throw new IllegalStateException("missing: " + missing());
    }
    return checked(users, rounds, qps, systemPrompt, userHistory, answerTokens, firstUserId);
  }

  /**
   * The workload, with defaults for what is not given.
   *
   * @throws ParameterException if an option is out of range
   */
  Workload workload(Workload defaults) {
    return checked(
        Objects.requireNonNullElse(users, defaults.users()),
        Objects.requireNonNullElse(rounds, defaults.rounds()),
        Objects.requireNonNullElse(qps, defaults.qps()),
        Objects.requireNonNullElse(systemPrompt, defaults.systemPrompt()),
        defaults.userHistory(),
        Objects.requireNonNullElse(answerTokens, defaults.answerTokens()),
        defaults.firstUserId());
  }

  private Workload checked(
      int someUsers,
      int someRounds,
      double rate,
      int systemWords,
      int userHistory,
      int mostAnswerTokens,
      int firstUserId) {
    require("--num-users", someUsers, 1, 100_000);
    require("--num-rounds", someRounds, 2, 100_000);
    if (!(rate > 0 && rate <= 100_000)) {
      throw new ParameterException(
          command.commandLine(),
          "--qps=" + rate + " is out of range: give more than 0, up to 100000");
    }
    require("--shared-system-prompt", systemWords, 0, MOST_WORDS);
    require(HISTORY, userHistory, 0, MOST_WORDS);
    require("--answer-len", mostAnswerTokens, 1, 1_000_000);
    require("--init-user-id", firstUserId, 0, 1_000_000_000);
    return new Workload(
        someUsers, someRounds, rate, systemWords, userHistory, mostAnswerTokens, firstUserId);
  }

  private void require(String option, int value, int least, int most) {
    OptionRange.requireEach(command, option, List.of(value), least, most);
  }

  /**
   * How long a request may take.
   *
   * @throws ParameterException if it is out of range
   */
  Duration requestTimeout() {
    OptionRange.require(
        command, requestTimeout >= 1, "--request-timeout", requestTimeout, "at least 1");
    return Duration.ofSeconds(requestTimeout);
  }

  /**
   * Checks lengths of histories.
   *
   * @throws ParameterException if one is out of range
   */
  static void requireHistories(CommandSpec command, List<Integer> words) {
    OptionRange.requireEach(command, HISTORY, words, 0, MOST_WORDS);
  }
}
