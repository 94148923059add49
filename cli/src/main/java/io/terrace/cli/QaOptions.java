/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.qa.Workload;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The multi-round QA workload on the command line, by LMCache's names. */
final class QaOptions {
  static final int MOST_WORDS = 10_000_000;

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

  @Option(
      names = "--user-history-prompt",
      paramLabel = "N",
      description = "Length of what a user brings along, in words of one token.")
  private @Nullable Integer userHistory;

  @Option(names = "--answer-len", paramLabel = "N", description = "Most tokens of an answer.")
  private @Nullable Integer answerTokens;

  /** The options that are not given. */
  List<String> missing() {
    List<String> missing = new ArrayList<>();
    add(missing, "--num-users", users);
    add(missing, "--num-rounds", rounds);
    add(missing, "--qps", qps);
    add(missing, "--shared-system-prompt", systemPrompt);
    add(missing, "--user-history-prompt", userHistory);
    add(missing, "--answer-len", answerTokens);
    return missing;
  }

  private static void add(List<String> missing, String option, @Nullable Object value) {
    if (value == null) {
      missing.add(option);
    }
  }

  /**
   * The workload; all options are given.
   *
   * @throws ParameterException if one is out of range
   */
  Workload workload(int firstUserId) {
    if (users == null
        || rounds == null
        || qps == null
        || systemPrompt == null
        || userHistory == null
        || answerTokens == null) {
      throw new IllegalStateException("missing: " + missing());
    }
    return checked(
        command, users, rounds, qps, systemPrompt, userHistory, answerTokens, firstUserId);
  }

  /** A workload of values that are in range. */
  static Workload checked(
      CommandSpec command,
      int users,
      int rounds,
      double qps,
      int systemPrompt,
      int userHistory,
      int answerTokens,
      int firstUserId) {
    require(command, "--num-users", users, 1, 100_000);
    require(command, "--num-rounds", rounds, 2, 100_000);
    if (!(qps > 0 && qps <= 100_000)) {
      throw new ParameterException(
          command.commandLine(),
          "--qps=" + qps + " is out of range: give more than 0, up to 100000");
    }
    require(command, "--shared-system-prompt", systemPrompt, 0, MOST_WORDS);
    require(command, "--user-history-prompt", userHistory, 0, MOST_WORDS);
    require(command, "--answer-len", answerTokens, 1, 1_000_000);
    require(command, "--init-user-id", firstUserId, 0, 1_000_000_000);
    return new Workload(users, rounds, qps, systemPrompt, userHistory, answerTokens, firstUserId);
  }

  private static void require(CommandSpec command, String option, int value, int least, int most) {
    OptionRange.requireEach(command, option, List.of(value), least, most);
  }
}
