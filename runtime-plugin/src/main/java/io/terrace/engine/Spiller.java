/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Stores finished chunks in the tiers below memory, behind the requests, on one thread. What does
 * not fit into its queue is dropped: it is a copy of what memory holds, and comes again when it is
 * computed again.
 *
 * <p>Safe for use by several threads.
 */
final class Spiller implements AutoCloseable {
  private final List<StoredTier> tiers;
  private final long maxBytes;
  private final EngineEvents events;
  private final LongAdder dropped;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<SpillJob> queue = new ArrayDeque<>();
  private final Set<ChunkKey> queued = new HashSet<>();
  private long queuedBytes;
  private boolean busy;
  private boolean closed;
  private @Nullable Thread thread;

  /**
   * @param maxBytes of pages that wait
   * @param dropped counts chunks that did not fit
   */
  Spiller(List<StoredTier> tiers, long maxBytes, EngineEvents events, LongAdder dropped) {
    this.tiers = tiers;
    this.maxBytes = maxBytes;
    this.events = events;
    this.dropped = dropped;
  }

  /** Takes a job over, with its reference to the page. */
  void offer(SpillJob job) {
    if (!enqueue(job)) {
      job.release();
    }
  }

  private boolean enqueue(SpillJob job) {
    lock.lock();
    try {
      if (closed || tiers.isEmpty() || queued.contains(job.chunk().key())) {
        return false;
      }
      if (queuedBytes + job.bytes() > maxBytes) {
        dropped.increment();
        return false;
      }
      queue.add(job);
      queued.add(job.chunk().key());
      queuedBytes += job.bytes();
      if (thread == null) {
        thread = Thread.ofPlatform().name("terrace-spill").daemon().start(this::run);
      }
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    for (SpillJob job = next(); job != null; job = next()) {
      try {
        for (StoredTier tier : tiers) {
          tier.store(job);
        }
      } catch (RuntimeException | Error e) {
        events.failed(new IllegalStateException("storing a chunk failed: " + e, e));
      } finally {
        done(job);
      }
    }
  }

  private @Nullable SpillJob next() {
    lock.lock();
    try {
      while (queue.isEmpty() && !closed) {
        changed.awaitUninterruptibly();
      }
      SpillJob job = queue.poll();
      busy = job != null;
      return job;
    } finally {
      lock.unlock();
    }
  }

  private void done(SpillJob job) {
    job.release();
    lock.lock();
    try {
      queued.remove(job.chunk().key());
      queuedBytes -= job.bytes();
      busy = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until all that was offered is stored, or the deadline.
   *
   * @return whether it is
   */
  boolean flush(Deadline deadline) {
    lock.lock();
    try {
      long left = deadline.remainingNanos();
      while (!queue.isEmpty() || busy) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Drops what waits. */
  @Override
  public void close() {
    List<SpillJob> left;
    lock.lock();
    try {
      closed = true;
      left = List.copyOf(queue);
      queue.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    left.forEach(SpillJob::release);
  }
}
