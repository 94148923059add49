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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Stores finished chunks in the tiers below memory, and does what else has time, behind the
 * requests: for each tier in a {@link TierQueue} of its own, so that one that is slow or hangs
 * holds up no other. All queues share one budget of bytes, in which a page counts once however many
 * tiers it waits for.
 *
 * <p>Chunks wait for the {@linkplain Lull lull} behind their prompt, and copies for a pause of all
 * prompts where a tier above has them that other instances read as well; unless half of the budget
 * is in use, memory is short, or somebody waits for what waits.
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
  private final Monitor monitor = new Monitor();
  private final List<TierQueue> queues = new CopyOnWriteArrayList<>();
  private int flushes; // somebody waits for what waits
  private boolean pressed; // memory is short, until nothing waits any more
  private long spentAt = Long.MAX_VALUE; // bytes in use when memory was spent
  private int prompts; // being computed
  private long lastWork; // of a prompt, by System.nanoTime
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
   * The queue of one more tier, below those before it.
   *
   * @param shared whether other instances see what is stored there
   * @param store stores a chunk, and says whether the tier has it then
   */
  TierQueue queue(
      String tier,
      boolean shared,
      Admission admission,
      TierCounters counters,
      Predicate<SpillJob> store) {
    List<TierQueue> sharedAbove = queues.stream().filter(TierQueue::isShared).toList();
    TierQueue queue = new TierQueue(tier, shared, sharedAbove, admission, counters, store, this);
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
    return monitor.get(() -> queues.stream().anyMatch(queue -> queue.looksAgain(before, length)));
  }

  /** The tiers that want a chunk, those with the most waiting first. */
  List<TierQueue> takers(ChunkKey key, ChunkKey parent, Origin origin) {
    return monitor.get(() -> takersNow(key, parent, origin, queue -> false));
  }

  /** As {@link #takers} for the unfinished last chunk of a session. */
  List<TierQueue> takersOfTail(SpillJob tail, Origin origin) {
    return monitor.get(
        () -> takersNow(tail.key(), tail.parent(), origin, queue -> queue.hasShorter(tail)));
  }

  private List<TierQueue> takersNow(
      ChunkKey key, ChunkKey parent, Origin origin, Predicate<TierQueue> hasLess) {
    List<TierQueue> takers = new ArrayList<>();
    for (TierQueue queue : queues) {
      Admission admission = queue.admission();
      if (origin.length() >= admission.minTokens()
          && (hasLess.test(queue) || queue.wants(key, parent, origin.sighting(admission)))) {
        takers.add(queue);
      }
    }
    takers.sort(Comparator.comparingLong(TierQueue::waitingBytes).reversed());
    return takers;
  }

  /**
   * Takes a chunk for some tiers.
   *
   * @param job the reference to its page remains the caller's
   */
  void offer(SpillJob job, List<TierQueue> takers) {
    monitor.change(
        () -> {
          lastWork = System.nanoTime();
          takers.forEach(taker -> offer(job, taker));
        });
  }

  private void offer(SpillJob job, TierQueue taker) {
    taker.dropShorter(job);
    if (!closed && makeRoom(job, taker)) {
      taker.add(job);
    } else {
      pressed = true;
      taker.refuse(job.key());
    }
  }

  /** Whether there is room for a chunk, after others gave theirs up. */
  private boolean makeRoom(SpillJob job, TierQueue taker) {
    if (job.page().holds(Holder.WRITES) > 0) {
      return true; // it counts already
    }
    if (pool.bytesInUse() >= spentAt) {
      return false;
    }
    while (waitingBytes() + job.bytes() > maxBytes) {
      TierQueue longest = longest();
      List<SpillJob> dropped = new ArrayList<>();
      boolean fair = longest.waitingBytes() > taker.waitingBytes() + job.bytes();
      if (!fair || !longest.dropNewest(dropped)) {
        return false;
      }
      dropped.forEach(SpillJob::release);
    }
    return true;
  }

  /** Until when a prompt was computed, or is; under the lock. */
  long busyUntil(long now) {
    return prompts > 0 ? now : lastWork;
  }

  private TierQueue longest() {
    return queues.stream().max(Comparator.comparingLong(TierQueue::waitingBytes)).orElseThrow();
  }

  /** The tier of a queue has a chunk, whoever stored it. */
  void has(TierQueue queue, ChunkKey key) {
    monitor.change(() -> queue.has(key));
  }

  /**
   * Takes work for a tier that has time and holds no memory.
   *
   * @return whether it will be done: not if too much waits
   */
  boolean later(TierQueue queue, Runnable work) {
    return monitor.get(
        () -> {
          boolean taken = !closed && queue.add(work);
          monitor.changed();
          return taken;
        });
  }

  /** What a queue is to do next, for its own thread; null at the end. */
  @Nullable Task next(TierQueue queue) {
    return monitor.awaitResultUninterruptibly(
            () -> nextNow(queue), () -> queue.waitNanos(System.nanoTime()))
        .task;
  }

  /** What a queue is to do next, or that there will be nothing more. */
  private record Next(@Nullable Task task) {}

  private @Nullable Next nextNow(TierQueue queue) {
    Task task = begin(queue);
    return task == null && !closed ? null : new Next(task);
  }

  /** Whether nothing is to wait. */
  private boolean hurries() {
    return closed || pressed || flushes > 0 || 2 * waitingBytes() > maxBytes;
  }

  /** A prompt is about to be computed, until {@link #promptEnds}. */
  void promptBegins() {
    monitor.change(() -> prompts++);
  }

  /** A prompt is computed, or given up. */
  void promptEnds(Lull lull) {
    monitor.change(
        () -> {
          prompts--;
          lastWork = System.nanoTime();
          lull.begins(lastWork);
        });
  }

  private @Nullable Task begin(TierQueue queue) {
    List<SpillJob> dropped = new ArrayList<>();
    Task task = queue.begin(hurries(), dropped);
    if (!dropped.isEmpty()) {
      dropped.forEach(SpillJob::release);
      monitor.changed(); // that may have been all
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
    monitor.change(
        () -> {
          queue.end(task, there);
          pressed &= !queues.stream().allMatch(TierQueue::isIdle);
        });
  }

  /**
   * Waits until all tiers have done all that waits, or the deadline.
   *
   * @return whether they have
   */
  boolean flush(Deadline deadline) {
    monitor.change(() -> flushes++);
    try {
      return monitor.await(
          () -> queues.stream().allMatch(TierQueue::isIdle), deadline.remainingNanos());
    } finally {
      monitor.change(() -> flushes--);
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
    return monitor.get(() -> giveUpNow(bytes, inMemory));
  }

  private long giveUpNow(long bytes, Predicate<ChunkKey> inMemory) {
    long given = 0;
    for (TierQueue queue : queues) {
      for (SpillJob job : queue.newestFirst()) {
        if (given < bytes && waitsAlone(job, inMemory)) {
          given += giveUp(job.page());
        }
      }
    }
    pressed |= waitingBytes() > 0;
    monitor.changed();
    return given;
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
    monitor.change(() -> spentAt = pool.bytesInUse());
  }

  /** There was memory to be had. */
  void memoryIsThere() {
    monitor.change(() -> spentAt = Long.MAX_VALUE);
  }

  /** Drops what waits. */
  @Override
  public void close() {
    List<SpillJob> left = new ArrayList<>();
    monitor.change(
        () -> {
          closed = true;
          queues.forEach(queue -> queue.clear(left));
        });
    left.forEach(SpillJob::release);
  }
}
