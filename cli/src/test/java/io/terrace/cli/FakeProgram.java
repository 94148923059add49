/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Answers from a list, after any number of warm-up prompts. */
final class FakeProgram implements JlamaProgram {
  static final Rendered WARM_UP = new Rendered("warm-up", 10);

  private final Deque<Answer> answers = new ArrayDeque<>();
  private int warmUps;
  private boolean closed;

  FakeProgram(List<Answer> answers) {
    this.answers.addAll(answers);
  }

  @Override
  public Description description() {
    return new Description("Native SIMD Operations", 8192, 3, true, "Q4");
  }

  @Override
  public Rendered render(boolean chat, String text) {
    return new Rendered(text, text.length());
  }

  @Override
  public Answer answer(Rendered prompt, int answerTokens) {
    if (prompt.equals(WARM_UP)) {
      warmUps++;
      return Answers.of(1, "warm");
    }
    return answers.remove();
  }

  @Override
  public void share(boolean sharing) {}

  @Override
  public void settle() {}

  @Override
  public void close() {
    closed = true;
  }

  int warmUps() {
    return warmUps;
  }

  boolean isClosed() {
    return closed;
  }

  int answersLeft() {
    return answers.size();
  }
}
