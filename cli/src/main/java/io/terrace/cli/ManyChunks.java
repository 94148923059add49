/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.VolumeFigures.Many;
import io.terrace.loader.InspectedTier;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** How a volume of many chunks opens, and how fast one of them is found. */
final class ManyChunks {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int LOOK_UPS = 5_000;
  private static final int WARM_UP = 2_000;

  private final Supplier<InspectedTier> opener;
  private final Progress progress;

  /**
   * @param opener opens the same empty volume at each call
   */
  ManyChunks(Supplier<InspectedTier> opener, Progress progress) {
    this.opener = opener;
    this.progress = progress;
  }

  Many measure(int count) {
    List<ChunkKey> present = new ArrayList<>(count);
    List<ChunkKey> absent = new ArrayList<>();
    progress.phase("Storing " + count + " chunks");
    try (BenchChunks chunks = BenchChunks.small()) {
      try (InspectedTier opened = opener.get()) {
        for (int i = 0; i < count; i++) {
          present.add(stored(opened.tier(), chunks.next()));
        }
      }
      for (int i = 0; i < LOOK_UPS + WARM_UP; i++) {
        absent.add(chunks.next().key());
      }
    }
    Collections.shuffle(present, new Random(1));
    progress.phase("Looking up among " + count + " chunks");
    long start = System.nanoTime();
    try (InspectedTier opened = opener.get()) {
      KvTier tier = opened.tier();
      double openMs = (System.nanoTime() - start) / 1e6;
      lookUp(tier, absent.subList(0, WARM_UP), false);
      int asked = Math.min(count, LOOK_UPS);
      return new Many(
          count,
          openMs,
          lookUp(tier, present.subList(0, asked), true),
          lookUp(tier, absent.subList(WARM_UP, absent.size()), false));
    } finally {
      progress.phase("");
    }
  }

  private static ChunkKey stored(KvTier tier, Chunk chunk) {
    try {
      WriteResult result = tier.write(chunk, Deadline.after(PATIENCE));
      if (result != WriteResult.STORED) {
        throw CliException.failed("a new chunk was not stored: " + result);
      }
      return chunk.key();
    } catch (TierException e) {
      throw CliException.failed("a chunk could not be stored: " + e.getMessage());
    }
  }

  private static double lookUp(KvTier tier, List<ChunkKey> keys, boolean expected) {
    List<Long> nanos = new ArrayList<>();
    for (ChunkKey key : keys) {
      long start = System.nanoTime();
      boolean found = contains(tier, key);
      nanos.add(System.nanoTime() - start);
      if (found != expected) {
        throw CliException.failed(key + (found ? " is there" : " is not there"));
      }
    }
    return Median.of(nanos, n -> n / 1e3);
  }

  private static boolean contains(KvTier tier, ChunkKey key) {
    try {
      return tier.contains(key, Deadline.after(PATIENCE));
    } catch (TierException e) {
      throw CliException.failed("a look-up failed: " + e.getMessage());
    }
  }
}
