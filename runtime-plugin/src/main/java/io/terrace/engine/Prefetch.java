/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.KeyChain;

/**
 * Brings chunks of a prompt up before its request comes, from the front on and the unfinished one
 * at the end, into the {@link Staging}; ends where something is missing or no more may wait there.
 */
final class Prefetch {
  private final Prompt prompt;
  private final Retrieval retrieval;
  private final Staging staging;

  Prefetch(Prompt prompt, Retrieval retrieval, Staging staging) {
    this.prompt = prompt;
    this.retrieval = retrieval;
    this.staging = staging;
  }

  /**
   * The first chunk that is neither in memory nor staged.
   *
   * @param known how many positions memory has
   * @return -1 if there is none, or no room for it
   */
  static int firstMissing(Prompt prompt, int known, Staging staging) {
    if (prompt.limit() - known < KeyChain.TAIL_KEY_TOKENS
        || staging.roomAhead() < prompt.geometry().pageBytes()) {
      return -1;
    }
    int chunk = known / prompt.geometry().chunkTokens();
    while (chunk < prompt.wholeChunks() && staging.has(prompt.key(chunk))) {
      chunk++;
    }
    boolean tailMissing = prompt.mayHaveTail(chunk) && !staging.has(prompt.tailKey(chunk));
    return chunk < prompt.wholeChunks() || tailMissing ? chunk : -1;
  }

  /** Returns when all is there that will be. */
  void run() {
    try (retrieval) {
      int chunk = retrieval.first();
      while (bring(chunk)) {
        chunk++;
      }
    }
  }

  /** Whether a whole chunk came, so that another may follow. */
  private boolean bring(int chunk) {
    long seen;
    do {
      seen = retrieval.news();
      StagedChunk whole = retrieval.take(chunk);
      if (whole != null) {
        return keep(prompt.key(chunk), whole);
      }
      Tail tail = retrieval.takeTail(chunk);
      if (tail != null) {
        keep(prompt.tailKey(chunk), tail.found());
        return false;
      }
    } while (mayCome(chunk, seen));
    return false;
  }

  /** Waits until there is news, if there may be some of a chunk. */
  private boolean mayCome(int chunk, long seen) {
    return (retrieval.isComing(chunk) || retrieval.isUnknown(chunk))
        ? retrieval.await(seen, Long.MAX_VALUE)
        : retrieval.news() != seen; // it may have come while this was asked
  }

  private boolean keep(ChunkKey key, StagedChunk found) {
    boolean kept = staging.keepAhead(key, found);
    if (!kept) {
      found.release();
    }
    return kept;
  }
}
