/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.qa.Workload;
import java.util.Arrays;
import java.util.List;

/** Sizes of a comparison. */
enum ComparePreset {
  /** A quarter of an hour on two cores, with the small model of random weights. */
  LAPTOP(3, 240, 5, 200, "250,500,1000", 16, 25, 16),
  /** The experiment that LMCache's makers and NetApp published; 20 minutes a run. */
  NETAPP(15, 20, 2, 1_000, "2500,5000,10000,20000", 100, 1_200, 100);

  private final int users;
  private final int rounds;
  private final double qps;
  private final int systemPrompt;
  private final String histories;
  private final int answerTokens;
  private final int seconds;
  private final int warmUpTokens;

  ComparePreset(
      int users,
      int rounds,
      double qps,
      int systemPrompt,
      String histories,
      int answerTokens,
      int seconds,
      int warmUpTokens) {
    this.users = users;
    this.rounds = rounds;
    this.qps = qps;
    this.systemPrompt = systemPrompt;
    this.histories = histories;
    this.answerTokens = answerTokens;
    this.seconds = seconds;
    this.warmUpTokens = warmUpTokens;
  }

  /** What is asked of users who bring so many words along. */
  Workload workload(int userHistory) {
    return new Workload(users, rounds, qps, systemPrompt, userHistory, answerTokens, 0);
  }

  List<Integer> histories() {
    return Arrays.stream(histories.split(",")).map(Integer::valueOf).toList();
  }

  int seconds() {
    return seconds;
  }

  int warmUpTokens() {
    return warmUpTokens;
  }
}
