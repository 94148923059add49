/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

/**
 * The beginning of a chunk that is not whole, or not of this prompt alone.
 *
 * @param chunk its number in the prompt
 * @param found its page and all of its tokens
 * @param positions how many of them are the prompt's, and may be taken over
 */
record Tail(int chunk, StagedChunk found, int positions) {
  static Tail of(Prompt prompt, int chunk, StagedChunk found) {
    int start = prompt.start(chunk);
    TokenRun wanted = new TokenRun(prompt.tokens(), start, prompt.tokens().length);
    int common = new TokenRun(found.tokens(), 0, found.tokens().length).commonPrefix(wanted);
    return new Tail(chunk, found, Math.min(common, prompt.limit() - start));
  }
}
