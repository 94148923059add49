/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import java.util.List;

/** What computes the answers. Safe for use by several threads. */
interface LanguageModel extends AutoCloseable {
  /** The name that clients ask for it by. */
  String name();

  /** Most tokens that a prompt and its answer may have together. */
  int contextTokens();

  /** The prompt that a conversation makes, up to where the assistant's next message begins. */
  Prompt chat(List<ChatMessage> messages);

  /** The prompt that is a text as it is. */
  Prompt text(String text);

  /** Says that a prompt will be answered, so that what is known of it can be brought near. */
  void announce(Prompt prompt);

  /**
   * Computes an answer.
   *
   * @param prompt at most {@link #contextTokens()} long, and not empty
   * @param maxTokens at least 1, and such that prompt and answer have room in the context: the last
   *     token of an answer takes none
   * @param listener called by this thread
   */
  Generated generate(Prompt prompt, int maxTokens, float temperature, Listener listener);

  @Override
  void close();

  /** Takes an answer while it is computed. Its methods throw nothing. */
  interface Listener {
    /** Whether nobody wants the answer any more; then it ends soon. */
    boolean isCancelled();

    /**
     * A token was computed.
     *
     * @param text what it adds to the answer; empty where it only begins a character
     * @return whether to go on
     */
    boolean token(String text);
  }

  /** Why an answer ended. */
  enum End {
    /** The model ended it. */
    MODEL,
    /** It has as many tokens as it may have. */
    LENGTH,
    /** The listener did. */
    LISTENER
  }

  /**
   * An answer that has ended.
   *
   * @param tokens computed for it, with the one that ended it
   * @param cachedTokens of the prompt, that were not computed
   */
  record Generated(End end, int tokens, int cachedTokens) {}
}
