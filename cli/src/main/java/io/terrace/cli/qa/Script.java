/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

/** What a user asks; numbers begin at 1. */
interface Script {
  String question(int number);

  /** Most tokens of the answer. */
  int answerTokens(int number);
}
