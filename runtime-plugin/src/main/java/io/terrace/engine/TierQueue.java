/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.device.Holder;
import io.terrace.device.KvPage;
import io.terrace.engine.SeenChunks.State;
import io.terrace.spi.ChunkKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one tier is to store, and does so on a thread of its own, in the order in which it came, but
 * for what is to wait: a chunk after the one before it. Of each key there is one write at a time.
 *
 * <p>Guarded by the lock of the {@link Spiller}.
 */
final class TierQueue {
  private static final int MOST_OTHERS = 1024;

  private final String tier;
  private final boolean shared;
  private final List<TierQueue> sharedAbove;
  private final Admission admission;
  private final TierCounters counters;
  private final Predicate<SpillJob> store;
  private final Spiller spiller;
  private final Deque<Task> queue = new ArrayDeque<>();
  private final Set<ChunkKey> queued = new HashSet<>(); // the one that is being stored, too
  private final SeenChunks seen = new SeenChunks();
  private long waitingBytes;
  private int others;
  private boolean busy;
  private @Nullable Thread thread;

  /**
   * What waits: a chunk, or other work.
   *
   * @param job with a reference to its page; null for other work
   * @param work what is to be done; says whether the tier has the chunk then
   * @param since when it came, by {@link System#nanoTime}
   */
  record Task(@Nullable SpillJob job, BooleanSupplier work, long since) {
    private boolean follows(Task other) {
      return job != null && other.job != null && job.parent().equals(other.job.key());
    }
  }

  /**
   * @param tier its name, for its thread
   * @param shared whether other instances see what is stored there
   * @param sharedAbove the queues of such tiers above
   * @param store stores a chunk, and says whether the tier has it then; not under the lock
   */
  TierQueue(
      String tier,
      boolean shared,
      List<TierQueue> sharedAbove,
      Admission admission,
      TierCounters counters,
      Predicate<SpillJob> store,
      Spiller spiller) {
    this.tier = tier;
    this.shared = shared;
    this.sharedAbove = sharedAbove;
    this.admission = admission;
    this.counters = counters;
    this.store = store;
    this.spiller = spiller;
  }

  /** Whether other instances see what is stored here. */
  boolean isShared() {
    return shared;
  }

  Admission admission() {
    return admission;
  }

  /** Bytes of the pages that wait here. */
  long waitingBytes() {
    return waitingBytes;
  }

  /**
   * Whether chunks may be of use here that a session did not compute, or offered before.
   *
   * @param before how many of its tokens were computed when it offered them; negative if it did not
   * @param length how many are computed now
   */
  boolean looksAgain(int before, int length) {
    boolean useful = before < 0 && (admission.secondUse() || seen.isAnyLost());
    int least = admission.minTokens();
    return useful || (least > 0 && before < least && length >= least);
  }

  /** Whether a chunk is to be stored here; that it was seen is remembered. */
  boolean wants(ChunkKey key, ChunkKey parent, Sighting sighting) {
    if (queued.contains(key)) {
      return false;
    }
    State state = seen.of(key);
    boolean useful =
        switch (sighting) {
          case COMPUTED -> !admission.secondUse() || state != null;
          case TAKEN_OVER -> state == State.LOST || isAdmittedNow(state);
          case AGAIN -> state == State.LOST;
        };
    if (useful) {
      return isReachable(key, parent);
    }
    if (admission.secondUse() && state == null && sighting != Sighting.AGAIN) {
      seen.put(key, State.ONCE);
      counters.notAdmitted.increment();
    }
    return false;
  }

  /**
   * Whether a chunk that a session took over may not be here for want of what admission asks for: a
   * second use, or a longer prompt than the one that computed it.
   */
  private boolean isAdmittedNow(@Nullable State state) {
    return admission.secondUse() ? state == State.ONCE : state == null && admission.minTokens() > 0;
  }

  /** Whether the chunk before is there, as far as is known: else nobody would look for this one. */
  private boolean isReachable(ChunkKey key, ChunkKey parent) {
    State before = seen.of(parent);
    if (before == State.LOST) {
      lose(key, counters.droppedBehind);
    }
    return before != State.LOST && before != State.ONCE;
  }

  /** The chunk is not stored. */
  void lose(ChunkKey key, LongAdder counter) {
    if (seen.of(key) != State.LOST) {
      seen.put(key, State.LOST);
      counter.increment();
    }
  }

  /** There is no room for a chunk. */
  void refuse(ChunkKey key) {
    lose(key, counters.dropped);
  }

  /** The tier has a chunk. */
  void has(ChunkKey key) {
    seen.put(key, State.TAKEN);
  }

  /** Takes a chunk, unless it is here or the chunk before it was lost meanwhile. */
  void add(SpillJob job) {
    if (!queued.contains(job.key()) && isReachable(job.key(), job.parent())) {
      job.retain();
      queued.add(job.key());
      seen.put(job.key(), State.TAKEN);
      count(1, job.bytes());
      add(new Task(job, () -> store.test(job), System.nanoTime()));
    }
  }

  /** Takes other work; false if too much waits. */
  boolean add(Runnable work) {
    if (others == MOST_OTHERS) {
      return false;
    }
    others++;
    add(
        new Task(
            null,
            () -> {
              work.run();
              return true;
            },
            System.nanoTime()));
    return true;
  }

  private void add(Task task) {
    queue.add(task);
    if (thread == null) {
      thread = Thread.ofPlatform().name("terrace-spill-" + tier).daemon().start(this::run);
    }
  }

  private void count(int jobs, long bytes) {
    waitingBytes += bytes;
    counters.waiting.add(jobs);
    counters.waitingBytes.add(bytes);
  }

  /**
   * Gives up the newest chunk whose page waits nowhere else, and what follows it.
   *
   * @param dropped takes what was given up; to be released by the caller
   * @return whether there was one
   */
  boolean dropNewest(List<SpillJob> dropped) {
    for (Task task : queue.reversed()) {
      SpillJob job = task.job;
      if (job != null && job.page().holds(Holder.WRITES) == 1) {
        drop(job, dropped);
        return true;
      }
    }
    return false;
  }

  /** Gives up a chunk that waits, and what follows it. */
  void drop(SpillJob job, List<SpillJob> dropped) {
    Set<ChunkKey> gone = new HashSet<>();
    for (Iterator<Task> each = queue.iterator(); each.hasNext(); ) {
      SpillJob next = each.next().job;
      if (next != null && (next.key().equals(job.key()) || gone.contains(next.parent()))) {
        gone.add(next.key());
        each.remove();
        forget(next);
        lose(next.key(), next.key().equals(job.key()) ? counters.dropped : counters.droppedBehind);
        dropped.add(next);
      }
    }
  }

  /** Whether an unfinished chunk waits here that another one continues. */
  boolean hasShorter(SpillJob job) {
    return shorter(job) != null;
  }

  /** Gives up an unfinished chunk that waits, for one that continues it. */
  void dropShorter(SpillJob job) {
    SpillJob shorter = shorter(job);
    if (shorter != null) {
      queue.removeIf(task -> shorter.equals(task.job));
      forget(shorter);
      shorter.release();
    }
  }

  private @Nullable SpillJob shorter(SpillJob job) {
    for (Task task : queue) {
      if (task.job != null && job.continues(task.job)) {
        return task.job;
      }
    }
    return null;
  }

  private void forget(SpillJob job) {
    queued.remove(job.key());
    count(-1, -job.bytes());
  }

  /** Gives up all that waits. */
  void clear(List<SpillJob> dropped) {
    for (Task task : queue) {
      if (task.job == null) {
        others--;
      } else {
        forget(task.job);
        dropped.add(task.job);
      }
    }
    queue.clear();
  }

  /** How long all that waits is to wait from now on, by {@link System#nanoTime}. */
  long waitNanos(long now) {
    return queue.stream().mapToLong(task -> waitNanos(task, now)).min().orElse(Long.MAX_VALUE);
  }

  private long waitNanos(Task task, long now) {
    SpillJob job = task.job;
    if (job == null) {
      return 0;
    }
    long lull = Lull.waitNanos(job.lull(), task.since, now);
    return sharedAbove.stream().anyMatch(above -> above.seen.of(job.key()) == State.TAKEN)
        ? Math.max(lull, Lull.untilPauseNanos(task.since, spiller.busyUntil(now), now))
        : lull;
  }

  /** How often a page waits here. */
  int waits(KvPage page) {
    return (int) queue.stream().filter(task -> task.job != null && task.job.page() == page).count();
  }

  /** The chunks that wait, the newest first; not the one that is being stored. */
  List<SpillJob> newestFirst() {
    List<SpillJob> jobs = new ArrayList<>();
    for (Task task : queue.reversed()) {
      if (task.job != null) {
        jobs.add(task.job);
      }
    }
    return jobs;
  }

  /**
   * Begins with what is next; a chunk whose predecessor was not stored is given up.
   *
   * @param hurried whether nothing is to wait
   * @param dropped takes what was given up; to be released by the caller
   * @return null if there is nothing to do now
   */
  @Nullable Task begin(boolean hurried, List<SpillJob> dropped) {
    for (Task task = poll(hurried); task != null; task = poll(hurried)) {
      SpillJob job = task.job;
      if (job == null || isReachable(job.key(), job.parent())) {
        busy = true;
        return task;
      }
      forget(job);
      dropped.add(job);
    }
    return null;
  }

  private @Nullable Task poll(boolean hurried) {
    if (hurried) {
      return queue.poll();
    }
    long now = System.nanoTime();
    Task next = queue.stream().filter(task -> waitNanos(task, now) <= 0).findFirst().orElse(null);
    if (next != null) {
      next = beginning(next);
      queue.remove(next);
    }
    return next;
  }

  /** Of the chunks that lead to one, the first that waits, though it may have had more time. */
  private Task beginning(Task task) {
    Task first = task;
    for (Task before : queue.reversed()) {
      first = first.follows(before) ? before : first;
    }
    return first;
  }

  /**
   * What was begun is done.
   *
   * @param there whether the tier has the chunk
   */
  void end(Task task, boolean there) {
    busy = false;
    if (task.job == null) {
      others--;
    } else {
      forget(task.job);
      if (!there) {
        seen.put(task.job.key(), State.LOST);
      }
    }
  }

  /** Whether nothing waits, and nothing is being done. */
  boolean isIdle() {
    return queue.isEmpty() && !busy;
  }

  private void run() {
    for (Task task = spiller.next(this); task != null; task = spiller.next(this)) {
      spiller.work(this, task);
    }
  }
}
