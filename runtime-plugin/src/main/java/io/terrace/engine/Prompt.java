/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.KeyChain;
import io.terrace.spi.PageGeometry;

/** The tokens of a prompt, cut into chunks, with their names. Immutable. */
final class Prompt {
  private final ModelSpace space;
  private final Naming naming;
  private final int[] tokens;
  private final int limit;
  private final ChunkKeys keys;

  /**
   * @param tokens all of them, not to be changed
   * @param limit how many positions may be taken over
   */
  Prompt(ModelSpace space, Naming naming, int[] tokens, int limit) {
    this.space = space;
    this.naming = naming;
    this.tokens = tokens;
    this.limit = limit;
    keys = new ChunkKeys(naming, tokens, tokens.length, space.geometry().chunkTokens());
  }

  ModelSpace space() {
    return space;
  }

  Naming naming() {
    return naming;
  }

  int[] tokens() {
    return tokens;
  }

  /** How many positions may be taken over: not the last one, which is computed. */
  int limit() {
    return limit;
  }

  PageGeometry geometry() {
    return space.geometry();
  }

  /** How many whole chunks there are of which something may be taken over. */
  int wholeChunks() {
    return Math.min(keys.count(), Math.ceilDiv(limit, geometry().chunkTokens()));
  }

  /** The key of a whole chunk. */
  ChunkKey key(int chunk) {
    return keys.of(chunk);
  }

  /** The key before a chunk, whole or not. */
  ChunkKey parent(int chunk) {
    return keys.before(chunk);
  }

  /** A chunk's first position. */
  int start(int chunk) {
    return chunk * geometry().chunkTokens();
  }

  /** How many positions of a whole chunk may be taken over. */
  int usable(int chunk) {
    return Math.min(geometry().chunkTokens(), limit - start(chunk));
  }

  /** Whether a chunk that is not whole, or not there, may be found by its first tokens. */
  boolean mayHaveTail(int chunk) {
    return tokens.length - start(chunk) >= KeyChain.TAIL_KEY_TOKENS && start(chunk) < limit;
  }

  /** The key of whatever begins with the first tokens of a chunk. */
  ChunkKey tailKey(int chunk) {
    return new KeyChain().tail(parent(chunk), tokens, start(chunk));
  }

  /** What has to be in a chunk: all of its tokens, or as many as agree. */
  ChunkLoad.Wanted wanted(int chunk, boolean whole) {
    return new ChunkLoad.Wanted(
        naming,
        geometry(),
        new TokenRun(tokens, start(chunk), tokens.length),
        whole,
        space.isOnDevice());
  }
}
