/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.TierException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Notes when this instance used chunks, and writes that to an object of its own that whoever
 * collects reads: S3 has no touch. The object is written in the background, and only where a chunk
 * was used that was not noted for an hour. Safe for use by several threads.
 */
final class Uses {
  private static final System.Logger LOGGER = System.getLogger(Uses.class.getName());
  private static final Duration INTERVAL = Duration.ofHours(1);
  private static final Duration MOST_TIME = Duration.ofSeconds(30);

  private final SmallObjects objects;
  private final Counters counters;
  private final String log;
  private final Duration delay;

  /** The one that was used last is the last. */
  private final Map<ChunkKey, Use> uses =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ChunkKey, Use> eldest) {
          return size() > UseLog.MOST_ENTRIES;
        }
      };

  private final ReentrantLock writing = new ReentrantLock();
  private @Nullable Thread writer;
  private boolean due;
  private boolean failing;
  private boolean closed;

  /**
   * A use.
   *
   * @param nanos when
   * @param notedNanos when the chunk's use last was a reason to write the log
   */
  private record Use(ChunkKey parent, long nanos, long notedNanos) {}

  /**
   * @param delay between a use and the log that tells it
   */
  Uses(ObjectNames names, SmallObjects objects, Counters counters, Duration delay) {
    this.objects = objects;
    this.counters = counters;
    this.delay = delay;
    log = names.uses() + UUID.randomUUID();
  }

  /** The object that this instance writes. */
  String log() {
    return log;
  }

  /** Notes the use of a chunk now. */
  synchronized void used(ChunkKey key, ChunkKey parent) {
    long now = System.nanoTime();
    Use before = uses.get(key);
    if (before != null && now - before.notedNanos() < INTERVAL.toNanos()) {
      uses.put(key, new Use(parent, now, before.notedNanos()));
    } else {
      uses.put(key, new Use(parent, now, now));
      isDue();
    }
  }

  /** The chunk is not there any more. */
  synchronized void forget(ChunkKey key) {
    uses.remove(key);
  }

  /** Whether this instance used a chunk after a point in time. */
  synchronized boolean usedSince(ChunkKey key, long nanos) {
    Use use = uses.get(key);
    return use != null && use.nanos() - nanos > 0;
  }

  /** What this instance knows now, oldest use first. */
  synchronized List<UseLog.Entry> entries() {
    long now = System.nanoTime();
    List<UseLog.Entry> entries = new ArrayList<>(uses.size());
    uses.forEach(
        (key, use) ->
            entries.add(
                new UseLog.Entry(
                    key, use.parent(), TimeUnit.NANOSECONDS.toSeconds(now - use.nanos()))));
    return entries;
  }

  /**
   * Takes over what the log of an instance says that is not there any more, as far as there is
   * room.
   *
   * @param logAge how long ago that log was written
   */
  synchronized void adopt(List<UseLog.Entry> other, Duration logAge) {
    Map<ChunkKey, Use> own = new LinkedHashMap<>(uses);
    uses.clear();
    long written = System.nanoTime() - logAge.toNanos();
    for (UseLog.Entry entry : other) {
      long nanos = written - TimeUnit.SECONDS.toNanos(entry.ageSeconds());
      uses.put(entry.key(), new Use(entry.parent(), nanos, nanos));
    }
    uses.putAll(own); // the younger ones, which stay where there is no room for all
    due = true;
  }

  private synchronized void isDue() {
    due = true;
    if (writer == null && !closed) {
      writer = Thread.ofVirtual().name("terrace-s3-uses").start(this::writeLater);
    }
  }

  private void writeLater() {
    try {
      Thread.sleep(delay);
      writeNow();
    } catch (InterruptedException e) {
      return; // the end of the tier, which writes itself
    }
  }

  private void writeNow() {
    try {
      write(Deadline.after(MOST_TIME));
      failing = false;
    } catch (TierException e) {
      System.Logger.Level level = failing ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING;
      failing = true;
      LOGGER.log(
          level,
          "uses of chunks are not noted, so that they may be collected early: {0}",
          e.getMessage());
    }
    synchronized (this) {
      writer = null;
      if (due) {
        isDue();
      }
    }
  }

  /** Writes the log if it is due. */
  void write(Deadline deadline) throws TierException {
    writing.lock();
    try {
      synchronized (this) {
        if (!due) {
          return;
        }
        due = false;
      }
      boolean written = false;
      try {
        objects.put(log, UseLog.encode(entries()), deadline);
        written = true;
        counters.add(Count.USES_WRITTEN);
      } finally {
        synchronized (this) {
          due |= !written;
        }
      }
    } finally {
      writing.unlock();
    }
  }

  /** Writes what is not written yet, if that is possible by the deadline. */
  void close(Deadline deadline) {
    Thread last;
    synchronized (this) {
      closed = true;
      last = writer;
    }
    try {
      if (last != null) {
        last.interrupt();
        last.join(Duration.ofNanos(Math.min(deadline.remainingNanos(), MOST_TIME.toNanos())));
      }
      write(deadline);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TierException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "the last uses are not noted: {0}", e.getMessage());
    }
  }
}
