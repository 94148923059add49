/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.device.Holder;
import io.terrace.device.KvPage;
import io.terrace.device.PagePool;
import io.terrace.engine.TierQueue.Task;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Stores finished chunks in the tiers below memory, and does what else has time, behind the
 * requests: for each tier in a {@link TierQueue} of its own, so that one that is slow or hangs
 * holds up no other. All queues share one budget of bytes, in which a page counts once however many
 * tiers it waits for.
 *
 * <p>When the budget is spent, the newest chunk does not enter: it follows all others, and nothing
 * that waits is of less use without it. Where another tier has more waiting than the one that the
 * chunk is for, that tier gives up its own newest first: what it cannot cope with is not to be paid
 * by the others. What follows a chunk that a tier did not get is of no use there, and is given up
 * with it. A chunk is a copy of what memory holds: it is offered again when it is seen again.
 *
 * <p>Safe for use by several threads.
 */
final class Spiller implements AutoCloseable {
  private final long maxBytes;
  private final PagePool pool;
  private final EngineEvents events;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<TierQueue> queues = new CopyOnWriteArrayList<>();
  private long spentAt = Long.MAX_VALUE; // bytes in use when memory was spent
  private boolean closed;

  /**
   * @param maxBytes of pages that wait
   * @param pool where they come from
   * @param events is told of work that failed
   */
  Spiller(long maxBytes, PagePool pool, EngineEvents events) {
    this.maxBytes = maxBytes;
    this.pool = pool;
    this.events = events;
  }

  /**
   * The queue of one more tier.
   *
   * @param store stores a chunk, and says whether the tier has it then
   */
  TierQueue queue(
      String tier, Admission admission, TierCounters counters, Predicate<SpillJob> store) {
    TierQueue queue = new TierQueue(tier, admission, counters, store, this);
    queues.add(queue);
    return queue;
  }

  /**
   * How a session comes to offer a chunk.
   *
   * @param takenOver whether it did not compute the chunk itself
   * @param before how many of the prompt's tokens were computed when it offered the chunk last;
   *     negative if it never did
   * @param length how many are computed now
   */
  record Origin(boolean takenOver, int before, int length) {
    private Sighting sighting(Admission admission) {
      if (before >= admission.minTokens()) {
        return Sighting.AGAIN;
      }
      return takenOver ? Sighting.TAKEN_OVER : Sighting.COMPUTED;
    }
  }

  /** Whether a tier {@linkplain TierQueue#looksAgain looks again} at what a session has. */
  boolean looksAgain(int before, int length) {
    lock.lock();
    try {
      return queues.stream().anyMatch(queue -> queue.looksAgain(before, length));
    } finally {
      lock.unlock();
    }
  }

  /** The tiers that want a chunk, those with the most waiting first. */
  List<TierQueue> takers(ChunkKey key, ChunkKey parent, Origin origin) {
    List<TierQueue> takers = new ArrayList<>();
    lock.lock();
    try {
      for (TierQueue queue : queues) {
        Admission admission = queue.admission();
        if (origin.length() >= admission.minTokens()
            && queue.wants(key, parent, origin.sighting(admission))) {
          takers.add(queue);
        }
      }
      takers.sort(Comparator.comparingLong(TierQueue::waitingBytes).reversed());
      return takers;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a chunk for some tiers.
   *
   * @param job the reference to its page remains the caller's
   */
  void offer(SpillJob job, List<TierQueue> takers) {
    List<SpillJob> dropped = new ArrayList<>();
    lock.lock();
    try {
      for (TierQueue taker : takers) {
        if (!closed && makeRoom(job, taker, dropped)) {
          taker.add(job);
        } else {
          taker.refuse(job.key());
        }
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether there is room for a chunk, after others gave theirs up. */
  private boolean makeRoom(SpillJob job, TierQueue taker, List<SpillJob> dropped) {
    if (job.page().holds(Holder.WRITES) > 0) {
      return true; // it counts already
    }
    if (pool.bytesInUse() >= spentAt) {
      return false;
    }
    while (waitingBytes() + job.bytes() > maxBytes) {
      TierQueue longest = longest();
      boolean fair = longest.waitingBytes() > taker.waitingBytes() + job.bytes();
      if (!fair || !longest.dropNewest(dropped)) {
        return false;
      }
      dropped.forEach(SpillJob::release);
      dropped.clear();
    }
    return true;
  }

  private TierQueue longest() {
    return queues.stream().max(Comparator.comparingLong(TierQueue::waitingBytes)).orElseThrow();
  }

  /** The tier of a queue has a chunk, whoever stored it. */
  void has(TierQueue queue, ChunkKey key) {
    lock.lock();
    try {
      queue.has(key);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes work for a tier that has time and holds no memory.
   *
   * @return whether it will be done: not if too much waits
   */
  boolean later(TierQueue queue, Runnable work) {
    lock.lock();
    try {
      boolean taken = !closed && queue.add(work);
      changed.signalAll();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** What a queue is to do next, for its own thread; null at the end. */
  @Nullable Task next(TierQueue queue) {
    lock.lock();
    try {
      Task task = begin(queue);
      while (task == null && !closed) {
        changed.awaitUninterruptibly();
        task = begin(queue);
      }
      return task;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Task begin(TierQueue queue) {
    List<SpillJob> dropped = new ArrayList<>();
    Task task = queue.begin(dropped);
    if (!dropped.isEmpty()) {
      dropped.forEach(SpillJob::release);
      changed.signalAll(); // that may have been all
    }
    return task;
  }

  /** Does it; not under the lock. */
  void work(TierQueue queue, Task task) {
    boolean there = false;
    try {
      there = task.work().getAsBoolean();
    } catch (RuntimeException | Error e) {
      events.failed(new IllegalStateException("storing a chunk failed: " + e, e));
    } finally {
      end(queue, task, there);
    }
  }

  private void end(TierQueue queue, Task task, boolean there) {
    SpillJob job = task.job();
    if (job != null) {
      job.release();
    }
    lock.lock();
    try {
      queue.end(task, there);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until all tiers have done all that waits, or the deadline.
   *
   * @return whether they have
   */
  boolean flush(Deadline deadline) {
    lock.lock();
    try {
      long left = deadline.remainingNanos();
      while (!queues.stream().allMatch(TierQueue::isIdle)) {
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

  /** Bytes of the pages that wait or are being stored, each once. */
  long waitingBytes() {
    return pool.heldBytes(Holder.WRITES);
  }

  /**
   * Gives chunks up whose pages nobody needs but those who wait to store them, and memory: the
   * newest first.
   *
   * @param bytes how much is wanted
   * @param inMemory whether memory keeps a chunk, and can give its page up next
   * @return how many bytes of pages wait no more
   */
  long giveUp(long bytes, Predicate<ChunkKey> inMemory) {
    long given = 0;
    lock.lock();
    try {
      for (TierQueue queue : queues) {
        for (SpillJob job : queue.newestFirst()) {
          if (given < bytes && waitsAlone(job, inMemory)) {
            given += giveUp(job.page());
          }
        }
      }
      changed.signalAll();
      return given;
    } finally {
      lock.unlock();
    }
  }

  /** Whether a page that waits is of use to nobody else but memory. */
  private boolean waitsAlone(SpillJob job, Predicate<ChunkKey> inMemory) {
    KvPage page = job.page();
    int holds = page.holds(Holder.WRITES);
    int waits = queues.stream().mapToInt(queue -> queue.waits(page)).sum();
    int others = page.references() - holds;
    return holds > 0
        && waits == holds
        && (others == 0 || (others == 1 && inMemory.test(job.key())));
  }

  /** Takes a page out of all queues, with what follows its chunk there. */
  private long giveUp(KvPage page) {
    List<SpillJob> dropped = new ArrayList<>();
    for (TierQueue queue : queues) {
      for (SpillJob job : queue.newestFirst()) {
        if (job.page() == page && queue.waits(page) > 0) {
          queue.drop(job, dropped);
        }
      }
    }
    dropped.forEach(SpillJob::release);
    return page.geometry().pageBytes();
  }

  /** Sessions get pages outside of the budget now: until a page came back no more may wait. */
  void memoryIsSpent() {
    lock.lock();
    try {
      spentAt = pool.bytesInUse();
    } finally {
      lock.unlock();
    }
  }

  /** There was memory to be had. */
  void memoryIsThere() {
    lock.lock();
    try {
      spentAt = Long.MAX_VALUE;
    } finally {
      lock.unlock();
    }
  }

  /** Drops what waits. */
  @Override
  public void close() {
    List<SpillJob> left = new ArrayList<>();
    lock.lock();
    try {
      closed = true;
      queues.forEach(queue -> queue.clear(left));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    left.forEach(SpillJob::release);
  }
}
