/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

/** A prompt as the model reads it. */
final class Prompt {
  private final String text;
  private final int[] tokens; // (promptTokens)

  /**
   * @param tokens all of them, the one that begins a text included; not copied
   */
  Prompt(String text, int[] tokens) {
    this.text = text;
    this.tokens = tokens;
  }

  String text() {
    return text;
  }

  /** The token ids; not to be changed. */
  int[] tokens() {
    return tokens;
  }

  int length() {
    return tokens.length;
  }
}
