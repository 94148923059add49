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
 * Stores finished chunks in the tiers below memory, and does what else has time, behind the
 * requests: on one thread, in the order in which it came. What does not fit into its queue is
 * dropped: a chunk is a copy of what memory holds, and comes again when it is computed again.
 *
 * <p>Safe for use by several threads.
 */
final class Spiller implements AutoCloseable {
  private static final int MOST_OTHERS = 1024;

  private final long maxBytes;
  private final EngineEvents events;
  private final LongAdder dropped;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Task> queue = new ArrayDeque<>();
  private final Set<ChunkKey> queued = new HashSet<>();
  private long queuedBytes;
  private int queuedOthers;
  private boolean busy;
  private boolean closed;
  private @Nullable Thread thread;

  /**
   * What waits.
   *
   * @param job whose page it holds; null for other work
   */
  private record Task(@Nullable SpillJob job, Runnable work) {}

  /**
   * @param maxBytes of pages that wait
   * @param dropped counts chunks that did not fit
   */
  Spiller(long maxBytes, EngineEvents events, LongAdder dropped) {
    this.maxBytes = maxBytes;
    this.events = events;
    this.dropped = dropped;
  }

  /** Takes a job for some tiers over, with its reference to the page. */
  void offer(SpillJob job, List<StoredTier> tiers) {
    if (!enqueue(job, tiers)) {
      job.release();
    }
  }

  private boolean enqueue(SpillJob job, List<StoredTier> tiers) {
    lock.lock();
    try {
      if (closed || queued.contains(job.chunk().key())) {
        return false;
      }
      if (queuedBytes + job.bytes() > maxBytes) {
        dropped.increment();
        return false;
      }
      queued.add(job.chunk().key());
      queuedBytes += job.bytes();
      add(new Task(job, () -> tiers.forEach(tier -> tier.store(job))));
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes work that has time and holds no memory.
   *
   * @return whether it will be done: not if too much waits
   */
  boolean later(Runnable work) {
    lock.lock();
    try {
      if (closed || queuedOthers == MOST_OTHERS) {
        return false;
      }
      queuedOthers++;
      add(new Task(null, work));
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void add(Task task) {
    queue.add(task);
    if (thread == null) {
      thread = Thread.ofPlatform().name("terrace-spill").daemon().start(this::run);
    }
    changed.signalAll();
  }

  private void run() {
    for (Task task = next(); task != null; task = next()) {
      try {
        task.work.run();
      } catch (RuntimeException | Error e) {
        events.failed(new IllegalStateException("storing a chunk failed: " + e, e));
      } finally {
        done(task);
      }
    }
  }

  private @Nullable Task next() {
    lock.lock();
    try {
      while (queue.isEmpty() && !closed) {
        changed.awaitUninterruptibly();
      }
      Task task = queue.poll();
      busy = task != null;
      return task;
    } finally {
      lock.unlock();
    }
  }

  private void done(Task task) {
    release(task);
    lock.lock();
    try {
      if (task.job == null) {
        queuedOthers--;
      } else {
        queued.remove(task.job.chunk().key());
        queuedBytes -= task.job.bytes();
      }
      busy = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static void release(Task task) {
    if (task.job != null) {
      task.job.release();
    }
  }

  /**
   * Waits until all that it took is done, or the deadline.
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

  /** Bytes of the pages that wait. */
  long queuedBytes() {
    lock.lock();
    try {
      return queuedBytes;
    } finally {
      lock.unlock();
    }
  }

  /** Drops what waits. */
  @Override
  public void close() {
    List<Task> left;
    lock.lock();
    try {
      closed = true;
      left = List.copyOf(queue);
      queue.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    left.forEach(Spiller::release);
  }
}
