/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.tier.nfs.io.IoFaults;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Notes when chunks were used, at most once an hour each, in the time of last change of their
 * files: what all instances see, and collect by. The chunks before one that is used count as used,
 * since it is of no use without them; they are touched first, and look a little younger, so that of
 * a prompt the end is collected first. Safe for use by several threads.
 */
final class Uses {
  private static final System.Logger LOGGER = System.getLogger(Uses.class.getName());
  private static final Duration INTERVAL = Duration.ofHours(1);

  /** How much a prompt's beginning may look younger than its end. */
  private static final int MOST_SECONDS = 600;

  private static final int MOST_CHAIN = 4096;
  private static final int MOST_REMEMBERED = 1 << 16;

  private final Layout layout;
  private final IoThreads threads;
  private final Counters counters;
  private final Map<ChunkKey, Long> rememberedNanos =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ChunkKey, Long> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  Uses(Layout layout, IoThreads threads, Counters counters) {
    this.layout = layout;
    this.threads = threads;
    this.counters = counters;
  }

  /** When a chunk counts as used that is written now, with so many before it in its prompt. */
  static FileTime ofNew(int before) {
    return FileTime.from(Instant.now().minusSeconds(Math.min(before, MOST_SECONDS)));
  }

  /** A chunk was written, and its file says so: a use within the hour need not be noted. */
  void wrote(ChunkKey key) {
    isDue(key);
  }

  /** Notes the use of a chunk, behind what its caller waits for. */
  void used(ChunkKey key) {
    if (isDue(key)) {
      threads.begin(() -> touch(key));
    }
  }

  /** Whether a use of the chunk is to be noted: not again for an hour. */
  private synchronized boolean isDue(ChunkKey key) {
    long now = System.nanoTime();
    Long before = rememberedNanos.get(key);
    if (before != null && now - before < INTERVAL.toNanos()) {
      return false;
    }
    rememberedNanos.put(key, now);
    return true;
  }

  /** Touches a chunk, and before it those that it follows. */
  private void touch(ChunkKey key) {
    try {
      List<ChunkKey> chain = new ArrayList<>();
      ChunkKey next = isStale(key) ? key : null;
      while (next != null && chain.size() < MOST_CHAIN) {
        chain.add(next);
        next = parent(next);
        if (next != null && !(isDue(next) && isStale(next))) {
          next = null; // touched before, and those that it follows before that
        }
      }
      Instant now = Instant.now();
      for (int i = chain.size() - 1; i >= 0; i--) {
        Instant use = now.plusSeconds(Math.min(i, MOST_SECONDS));
        Files.setLastModifiedTime(layout.file(chain.get(i)), FileTime.from(use));
        counters.add(Count.USE_TOUCHED);
      }
    } catch (IOException e) { // the chunk looks older than it is, and goes earlier
      LOGGER.log(System.Logger.Level.DEBUG, "no use noted of {0}: {1}", key, IoFaults.text(e));
    }
  }

  private boolean isStale(ChunkKey key) throws IOException {
    try {
      FileTime used = Files.getLastModifiedTime(layout.file(key));
      return System.currentTimeMillis() - used.toMillis() >= INTERVAL.toMillis();
    } catch (NoSuchFileException e) {
      return false; // it went a moment ago
    }
  }

  private @Nullable ChunkKey parent(ChunkKey key) throws IOException {
    ByteBuffer header = ByteBuffer.allocateDirect(ChunkHeader.BYTES);
    try (FileChannel in = FileChannel.open(layout.file(key))) {
      while (header.hasRemaining()) {
        if (in.read(header) < 0) {
          return null; // cut
        }
      }
    }
    return new ChunkHeader(MemorySegment.ofBuffer(header.flip())).parent();
  }
}
