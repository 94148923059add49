/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.ChunkKey;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the engine knows of the chunks of one tier, of those that it saw last: a few megabytes at
 * most. Guarded by the lock of the {@link Spiller}.
 */
final class SeenChunks {
  private static final int MOST = 16_384;

  enum State {
    /** Seen once, and not stored. */
    ONCE,
    /** On its way, or there. */
    TAKEN,
    /** To be stored, and was not: what follows it is of no use. */
    LOST
  }

  private final LinkedHashMap<ChunkKey, State> states = new LinkedHashMap<>(16, 0.75f, true);
  private int lost;

  /** What became of a chunk; null if that is not known. It counts as seen. */
  @Nullable State of(ChunkKey key) {
    return states.get(key);
  }

  void put(ChunkKey key, State state) {
    count(states.put(key, state), -1);
    count(state, 1);
    if (states.size() > MOST) {
      count(states.pollFirstEntry().getValue(), -1);
    }
  }

  private void count(@Nullable State state, int change) {
    if (state == State.LOST) {
      lost += change;
    }
  }

  /** Whether there are chunks that were to be stored, and were not. */
  boolean isAnyLost() {
    return lost > 0;
  }

  int size() {
    return states.size();
  }
}
