/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.soak;

/** What a request asks: a prompt, and perhaps a second turn behind its answer. */
final class SoakTask {
  /** Tokens of an answer, the last of which is not computed. */
  static final int ANSWER_TOKENS = 6;

  private final int number;
  private final int[] prompt;
  private final int[] secondTurn;

  /**
   * @param number among all tasks
   * @param secondTurn without tokens where there is none
   */
  SoakTask(int number, int[] prompt, int[] secondTurn) {
    this.number = number;
    this.prompt = prompt;
    this.secondTurn = secondTurn;
  }

  int number() {
    return number;
  }

  /** Token ids, not to be changed. */
  int[] prompt() {
    return prompt;
  }

  /** Token ids, not to be changed; none for a task of one turn. */
  int[] secondTurn() {
    return secondTurn;
  }

  /** All tokens that come in, in both turns. */
  int tokens() {
    return prompt.length + secondTurn.length;
  }
}
