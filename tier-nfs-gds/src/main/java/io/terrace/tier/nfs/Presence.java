/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.WriteResult;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which chunks were there, and which were not, when the volume was asked: believed for a short
 * time, and for so many chunks. Safe for use by several threads.
 */
final class Presence {
  private static final int MOST = 1 << 16;

  private record Seen(boolean here, long untilNanos) {}

  private final long ageNanos;
  private final LongSupplier nanoTime;
  private final Map<ChunkKey, Seen> seen =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ChunkKey, Seen> eldest) {
          return size() > MOST;
        }
      };

  /**
   * @param age how long something is believed; zero for not at all
   * @param nanoTime as {@link System#nanoTime}
   */
  Presence(Duration age, LongSupplier nanoTime) {
    this.ageNanos = age.toNanos();
    this.nanoTime = nanoTime;
  }

  /** Whether a chunk is there; null if the volume must be asked. */
  synchronized @Nullable Boolean find(ChunkKey key) {
    Seen last = seen.get(key);
    if (last != null && nanoTime.getAsLong() - last.untilNanos() >= 0) {
      seen.remove(key);
      return null;
    }
    return last == null ? null : last.here();
  }

  /** A chunk was handed to the volume. */
  void wrote(ChunkKey key, WriteResult result) {
    if (result == WriteResult.STORED || result == WriteResult.PRESENT) {
      saw(key, true);
    }
  }

  /** What the volume said, or what was done to it. */
  synchronized void saw(ChunkKey key, boolean here) {
    if (ageNanos > 0) {
      seen.remove(key); // to be the youngest again
      seen.put(key, new Seen(here, nanoTime.getAsLong() + ageNanos));
    }
  }
}
