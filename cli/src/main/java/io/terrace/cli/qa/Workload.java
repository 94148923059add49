/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

/**
 * Users who hold conversations at the same time. Each asks one question after another, a gap apart;
 * when one has asked all, another has long joined.
 *
 * @param users who are there at a time, at least 1
 * @param rounds questions of a user, at least 2
 * @param qps questions a second, of all users together
 * @param systemPrompt words of the text that all users share
 * @param userHistory words of the text that a user brings along
 * @param answerTokens most tokens of an answer
 * @param firstUserId the first user's number; later ones have higher numbers
 */
public record Workload(
    int users,
    int rounds,
    double qps,
    int systemPrompt,
    int userHistory,
    int answerTokens,
    int firstUserId) {

  /** Checks every bound. */
  public Workload {
    require(users >= 1, "users", users);
    require(rounds >= 2, "rounds", rounds);
    require(qps > 0 && qps < Double.POSITIVE_INFINITY, "qps", qps);
    require(systemPrompt >= 0, "systemPrompt", systemPrompt);
    require(userHistory >= 0, "userHistory", userHistory);
    require(answerTokens >= 1, "answerTokens", answerTokens);
    require(firstUserId >= 0, "firstUserId", firstUserId);
  }

  private static void require(boolean holds, String name, double value) {
    if (!holds) {
      throw new IllegalArgumentException("Workload." + name + " = " + value);
    }
  }

  /** Seconds between two questions of a user. */
  public double gapSeconds() {
    return users / qps;
  }

  /** Seconds from a user's first question to the last one. */
  public double lifeSeconds() {
    return gapSeconds() * (rounds - 1);
  }

  /** Seconds from one user's joining to that of the next. */
  public double joinGapSeconds() {
    return lifeSeconds() / users;
  }

  /** The same with another history. */
  public Workload withUserHistory(int words) {
    return new Workload(users, rounds, qps, systemPrompt, words, answerTokens, firstUserId);
  }
}
