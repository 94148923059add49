/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import java.util.Collections;

/** The workload's texts. Conversations have the system's text in common, and nothing after it. */
final class Prompts {
  private static final int WARM_UP_WORDS = 100;

  private Prompts() {}

  /** What stands before a user's first question: the text of all users, then that of this one. */
  static String opening(Workload workload, int userId) {
    return system(workload)
        + "For user "
        + userId
        + ", here are some other context: "
        + filler(workload.userHistory())
        + ".";
  }

  /** What all users have in common. */
  static String system(Workload workload) {
    return "Hi, here's some system prompt: " + filler(workload.systemPrompt()) + ".";
  }

  /** Questions that differ in their number alone. */
  static Script script(int answerTokens) {
    return new Script() {
      @Override
      public String question(int number) {
        return "Here's question #"
            + number
            + ": can you tell me a new long story with a happy ending?";
      }

      @Override
      public int answerTokens(int number) {
        return answerTokens;
      }
    };
  }

  /**
   * A request of the warm-up. Each has a beginning of its own, so that a server computes all of
   * them, whatever it caches: else servers that are compared begin with code that is compiled to
   * different degrees.
   */
  static String warmUp(int number) {
    return number + " " + filler(WARM_UP_WORDS);
  }

  private static String filler(int words) {
    return String.join(" ", Collections.nCopies(words, "hi"));
  }
}
