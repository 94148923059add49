/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.JlamaProgram.Answer;
import java.util.List;

/** Answers as the measured program gives them. */
final class Answers {
  private Answers() {}

  /** Each token of {@code words}; the first after so many ms, the others 10 ms apart. */
  static Answer of(long firstTokenMillis, String words) {
    return of(firstTokenMillis, 10, words);
  }

  static Answer of(long firstTokenMillis, long stepMillis, String words) {
    List<String> tokens = List.of(words.split(" ", -1));
    List<Long> steps = tokens.stream().skip(1).map(token -> stepMillis * 1_000_000).toList();
    return new Answer(
        1000,
        tokens,
        words,
        firstTokenMillis * 1_000_000,
        true,
        steps,
        500_000,
        1000L,
        999L,
        false);
  }

  static Answer withoutAgent(Answer a) {
    return new Answer(
        a.promptTokens(),
        a.tokens(),
        a.text(),
        a.firstTokenNanos(),
        a.firstTokenSeen(),
        a.stepNanos(),
        a.tokenizeNanos(),
        null,
        null,
        null);
  }
}
