/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.ReadRequest;
import io.terrace.spi.TierException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Chunks that follow each other, asked for all at once: a prefix of a hundred costs the way to the
 * server once, not a hundred times. What follows the first that did not come is broken off. Safe
 * for use by several threads.
 */
final class Batches {
  private final Semaphore connections;

  /**
   * @param most calls at once, of all batches together
   */
  Batches(int most) {
    connections = new Semaphore(most, true);
  }

  /** One chunk of a batch. */
  @FunctionalInterface
  interface Read<R> {
    ReadOutcome read(R request) throws TierException;
  }

  /** Whether a chunk is there. */
  @FunctionalInterface
  interface Look {
    boolean isHere(ChunkKey key) throws TierException;
  }

  /** As {@link io.terrace.spi.ChunkReader#readAll}. */
  <R extends ReadRequest> void readAll(List<R> requests, Deadline deadline, Read<? super R> read) {
    Batch batch = new Batch(requests.size());
    batch.run(
        i -> {
          R request = requests.get(i);
          try {
            ReadOutcome outcome =
                whileConnected(batch, i, deadline, () -> read.read(request), ReadOutcome.MISSING);
            if (outcome != ReadOutcome.FOUND) {
              batch.gap(i);
            }
            request.done(outcome);
          } catch (TierException e) {
            fail(batch, i, request, e);
          } catch (RuntimeException | Error e) {
            fail(
                batch,
                i,
                request,
                new TierException("reading " + request.key() + " was broken off", e));
          }
        });
  }

  /** One call of a batch. */
  @FunctionalInterface
  private interface One<T> {
    T call() throws TierException;
  }

  /** Makes a call of a batch once there is a connection for it, or none if it is of no use. */
  private <T> T whileConnected(Batch batch, int index, Deadline deadline, One<T> one, T useless)
      throws TierException {
    try {
      if (!connections.tryAcquire(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
        throw new TierException("no connection was free by the deadline: raise 'connections'");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TierException("interrupted while it waited for a connection", e);
    }
    try {
      return batch.isUseless(index) ? useless : one.call();
    } finally {
      connections.release();
    }
  }

  private static void fail(Batch batch, int index, ReadRequest request, TierException failure) {
    if (batch.isUseless(index)) {
      request.done(ReadOutcome.MISSING); // it was broken off, or is of no use
    } else {
      batch.gap(index);
      request.failed(failure);
    }
  }

  /** As {@link io.terrace.spi.ChunkReader#containsAll}. */
  BitSet containsAll(List<ChunkKey> keys, Deadline deadline, Look look) throws TierException {
    Batch batch = new Batch(keys.size());
    BitSet here = new BitSet(keys.size());
    TierException[] failures = new TierException[keys.size()];
    batch.run(
        i -> {
          ChunkKey key = keys.get(i);
          try {
            if (whileConnected(batch, i, deadline, () -> look.isHere(key), false)) {
              synchronized (here) {
                here.set(i);
              }
            } else {
              batch.gap(i);
            }
          } catch (TierException e) {
            failures[i] = e;
            batch.gap(i);
          }
        });
    int gap = batch.firstGap();
    if (gap < keys.size() && failures[gap] != null) {
      throw failures[gap];
    }
    here.clear(gap, keys.size());
    return here;
  }

  /** The calls of one batch, and where the first gap is that they found. */
  private static final class Batch {
    private final AtomicInteger firstGap;
    private final List<Thread> threads = new ArrayList<>();
    private final int size;

    Batch(int size) {
      this.size = size;
      firstGap = new AtomicInteger(size);
    }

    int firstGap() {
      return firstGap.get();
    }

    boolean isUseless(int index) {
      return index > firstGap.get();
    }

    /** Breaks off what comes behind. */
    void gap(int index) {
      firstGap.accumulateAndGet(index, Math::min);
      for (int i = index + 1; i < threads.size(); i++) {
        threads.get(i).interrupt();
      }
    }

    @FunctionalInterface
    interface Each {
      void at(int index);
    }

    /** Calls {@code each} for every index on a thread of its own, and waits for all of them. */
    void run(Each each) {
      for (int i = 0; i < size; i++) {
        int index = i;
        threads.add(
            Thread.ofVirtual().name("terrace-s3-batch-" + i).unstarted(() -> each.at(index)));
      }
      threads.forEach(Thread::start);
      boolean interrupted = false;
      for (Thread thread : threads) {
        interrupted |= join(thread);
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    /** An interrupt of the batch interrupts its calls, which end early then. */
    private boolean join(Thread thread) {
      boolean interrupted = false;
      while (true) {
        try {
          thread.join();
          return interrupted;
        } catch (InterruptedException e) {
          interrupted = true;
          threads.forEach(Thread::interrupt);
        }
      }
    }
  }
}
