/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.Deadline;
import io.terrace.spi.TierException;
import io.terrace.spi.TierUnavailableException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Calls a tier such that nothing it does holds a request up: each call runs on a virtual thread of
 * its own, is waited for until its deadline and a little longer, and is then interrupted and left
 * alone. A tier that says it is unavailable, or has too many calls that do not end, is not called
 * for a while.
 *
 * <p>Safe for use by several threads.
 */
final class TierCalls {
  /** What a tier that keeps its deadlines may need to come back. */
  private static final long GRACE_NANOS = Duration.ofMillis(50).toNanos();

  private static final long REST_NANOS = Duration.ofSeconds(10).toNanos();
  private static final int CALLS_AT_ONCE = 64;

  /** Work for a tier. */
  @FunctionalInterface
  interface Call<T> {
    T run() throws TierException;
  }

  private final String tier;
  private final TierCounters counters;
  private final LongSupplier nanoTime;
  private final Semaphore running = new Semaphore(CALLS_AT_ONCE);
  private final Set<Thread> callers = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;
  private volatile boolean resting;
  private volatile long restUntil;

  /**
   * @param tier its name, for messages
   * @param nanoTime as {@link System#nanoTime}
   */
  TierCalls(String tier, TierCounters counters, LongSupplier nanoTime) {
    this.tier = tier;
    this.counters = counters;
    this.nanoTime = nanoTime;
  }

  /** Whether the tier is left alone now. */
  boolean isResting() {
    if (resting && nanoTime.getAsLong() - restUntil >= 0) {
      resting = false;
    }
    return resting || closed;
  }

  /**
   * Makes a call. Whatever goes wrong is counted.
   *
   * @param what for messages: "reading 3 chunks"
   * @param finished runs once, when the call has ended, however long after its deadline, or will
   *     never begin: from then on it touches nothing
   * @throws TierException if the call failed or was not over in time: it may go on for a while
   */
  <T> T call(String what, Deadline deadline, Call<T> call, Runnable finished) throws TierException {
    if (isResting() || !running.tryAcquire()) {
      finished.run();
      counters.skipped.increment();
      throw new TierUnavailableException(
          "tier '" + tier + "' is left alone for now: " + what + " was not tried");
    }
    Once finish = new Once(finished);
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              try {
                return call.run();
              } finally {
                finish.run();
              }
            });
    Thread thread = Thread.ofVirtual().name("terrace-" + tier).unstarted(() -> run(task, finish));
    callers.add(thread);
    thread.start();
    try {
      return await(what, deadline, task);
    } catch (TierUnavailableException e) {
      rest();
      throw e;
    }
  }

  /** As {@link #call(String, Deadline, Call, Runnable)} for a call that uses nothing of ours. */
  <T> T call(String what, Deadline deadline, Call<T> call) throws TierException {
    return call(what, deadline, call, () -> {});
  }

  private void run(FutureTask<?> task, Once finish) {
    try {
      task.run();
    } finally {
      finish.run(); // a task that was cancelled before it began
      running.release();
      callers.remove(Thread.currentThread());
    }
  }

  /** Runs something the first time only. */
  private static final class Once implements Runnable {
    private final AtomicBoolean ran = new AtomicBoolean();
    private final Runnable work;

    Once(Runnable work) {
      this.work = work;
    }

    @Override
    public void run() {
      if (ran.compareAndSet(false, true)) {
        work.run();
      }
    }
  }

  /** Interrupts the calls that are under way; those that follow are not made. */
  void close() {
    closed = true;
    callers.forEach(Thread::interrupt);
  }

  private <T> T await(String what, Deadline deadline, FutureTask<T> task) throws TierException {
    long left = deadline.remainingNanos();
    long patience = left > Long.MAX_VALUE - GRACE_NANOS ? left : left + GRACE_NANOS;
    try {
      return task.get(patience, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      task.cancel(true);
      counters.timeouts.increment();
      if (running.availablePermits() < CALLS_AT_ONCE / 2) {
        rest(); // calls that never end must not eat the machine
      }
      throw new TierException(
          "tier '" + tier + "' was not done " + what + " by the deadline; it goes on alone", e);
    } catch (InterruptedException e) {
      task.cancel(true);
      Thread.currentThread().interrupt();
      throw new TierException("interrupted while tier '" + tier + "' was " + what, e);
    } catch (ExecutionException e) {
      counters.failures.increment();
      throw failure(what, e.getCause() == null ? e : e.getCause());
    }
  }

  private TierException failure(String what, Throwable cause) {
    String message = "tier '" + tier + "' failed " + what + ": " + cause;
    return cause instanceof TierUnavailableException
        ? new TierUnavailableException(message, cause)
        : new TierException(message, cause);
  }

  private void rest() {
    restUntil = nanoTime.getAsLong() + REST_NANOS;
    resting = true;
  }
}
