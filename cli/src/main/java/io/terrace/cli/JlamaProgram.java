/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The measured program: answers prompts with Jlama, one after the other. For one thread. */
interface JlamaProgram extends AutoCloseable {
  /** What the program found when it loaded the model. */
  Description description();

  /**
   * The prompt that holds {@code text}: in the model's chat template if it has one and {@code chat}
   * is set, else as it is.
   */
  Rendered render(boolean chat, String text);

  /** Generates {@code answerTokens} tokens, fewer when the model ends its answer. */
  Answer answer(Rendered prompt, int answerTokens);

  /** Whether what is answered from now on is reused and kept, where an agent does that. */
  void share(boolean sharing);

  /** Waits until an agent has stored what waits to be stored; at once without one. */
  void settle();

  @Override
  void close();

  /**
   * What the program says of itself.
   *
   * @param operations Jlama's name of its tensor operations
   * @param contextTokens the longest text in tokens that the model's config allows
   * @param keyValueHeads heads that share keys and values
   * @param weights type of the stored weights
   */
  record Description(
      String operations,
      int contextTokens,
      int keyValueHeads,
      boolean chatTemplate,
      String weights) {
    /**
     * Tokens that Jlama 0.8.4 computes: it rotates head h as position + 2h, out of its table's end
     * for the last few positions of a context.
     */
    int usableTokens() {
      return contextTokens - 2 * Math.max(0, keyValueHeads - 1);
    }
  }

  /**
   * A prompt as the model reads it.
   *
   * @param tokens its length, with the token that begins a text
   */
  record Rendered(String prompt, int tokens) {}

  /**
   * One answer and its times, in nanoseconds.
   *
   * @param tokens the text of each token, without special ones, in order
   * @param text the whole answer with special tokens
   * @param firstTokenNanos from the call to the first token
   * @param firstTokenSeen false when the first token was special: the time is then Jlama's own
   *     figure, which leaves out the time to turn text into tokens
   * @param stepNanos from each token to the next
   * @param tokenizeNanos time to turn the same prompt into tokens once more
   * @param reusedTokens what an agent says it reused; null without one
   * @param onDevice whether an agent says that attention is computed on a device; null without one
   */
  record Answer(
      int promptTokens,
      List<String> tokens,
      String text,
      long firstTokenNanos,
      boolean firstTokenSeen,
      List<Long> stepNanos,
      long tokenizeNanos,
      @Nullable Long lastPromptTokens,
      @Nullable Long reusedTokens,
      @Nullable Boolean onDevice) {
    boolean sameAnswer(Answer other) {
      return tokens.equals(other.tokens) && text.equals(other.text);
    }
  }
}
