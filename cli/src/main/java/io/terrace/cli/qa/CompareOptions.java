/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import java.time.Duration;
import java.util.List;

/**
 * What is compared.
 *
 * @param workload with any history
 * @param histories words of the users' histories, at least one
 * @param setUps at least one
 * @param time questions are asked so long, in each run
 * @param deadline for a request
 * @param warmUpTokens most tokens of each answer of the warm-up
 */
public record CompareOptions(
    Workload workload,
    List<Integer> histories,
    List<CompareSetUp> setUps,
    Duration time,
    Duration deadline,
    int warmUpTokens) {

  /** Keeps copies of the lists. */
  public CompareOptions {
    histories = List.copyOf(histories);
    setUps = List.copyOf(setUps);
  }
}
