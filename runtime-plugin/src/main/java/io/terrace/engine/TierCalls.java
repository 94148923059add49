/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.Deadline;
import io.terrace.spi.TierException;
import io.terrace.spi.TierUnavailableException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls a tier such that nothing it does holds a request or another tier up: each call runs on a
 * platform thread that only this tier has, is waited for until its deadline and a little longer,
 * and is then interrupted and left alone. A tier that says it is unavailable, fails a few times in
 * a row, or has a few calls that do not end, is not called for a while: see {@link Breaker}.
 *
 * <p>Platform threads, since a call that waits in native code or for a monitor would keep the
 * carrier of a virtual one, of which all tiers together have as many as there are cores.
 *
 * <p>Safe for use by several threads.
 */
final class TierCalls {
  /** What a tier that keeps its deadlines may need to come back. */
  private static final long GRACE_NANOS = Duration.ofMillis(50).toNanos();

  private static final int CALLS_AT_ONCE = 64;
  private static final int LATE_CALLS = 4;
  private static final int IDLE_SECONDS = 30;

  /** Work for a tier. */
  @FunctionalInterface
  interface Call<T> {
    T run() throws TierException;
  }

  private final String tier;
  private final TierCounters counters;
  private final EngineEvents events;
  private final Breaker breaker;
  private final ThreadPoolExecutor threads;
  private final AtomicInteger late = new AtomicInteger();

  /**
   * @param tier its name, for messages
   * @param loader the context class loader of the calls; null for that of the JVM itself
   * @param events is told when the tier is left alone, and when it is well again
   * @param nanoTime as {@link System#nanoTime}
   */
  TierCalls(
      String tier,
      @Nullable ClassLoader loader,
      TierCounters counters,
      EngineEvents events,
      LongSupplier nanoTime) {
    this.tier = tier;
    this.counters = counters;
    this.events = events;
    breaker = new Breaker(nanoTime);
    threads =
        new ThreadPoolExecutor(
            0,
            CALLS_AT_ONCE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            threads(tier, loader));
  }

  /** Threads with nothing of the request that happens to need the first of them. */
  private static ThreadFactory threads(String tier, @Nullable ClassLoader loader) {
    ThreadFactory plain =
        Thread.ofPlatform()
            .daemon()
            .name("terrace-" + tier + "-", 0)
            .inheritInheritableThreadLocals(false)
            .factory();
    return work -> {
      Thread thread = plain.newThread(work);
      thread.setContextClassLoader(loader);
      return thread;
    };
  }

  /** Whether the tier is left alone now. */
  boolean isResting() {
    return breaker.isOpen() || threads.isShutdown();
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
    Running<T> running = new Running<>(call, finished);
    long number = threads.isShutdown() ? Breaker.REFUSED : breaker.admit();
    if (number == Breaker.REFUSED || !started(running, number)) {
      running.end();
      counters.skipped.increment();
      throw new TierUnavailableException(
          "tier '" + tier + "' is left alone for now: " + what + " was not tried");
    }
    T result = await(what, deadline, running, number);
    if (breaker.well(number)) {
      counters.resting.decrement();
      events.wellAgain(tier);
    }
    return result;
  }

  /** As {@link #call(String, Deadline, Call, Runnable)} for a call that uses nothing of ours. */
  <T> T call(String what, Deadline deadline, Call<T> call) throws TierException {
    return call(what, deadline, call, () -> {});
  }

  private boolean started(Running<?> running, long number) {
    try {
      threads.execute(running);
      return true;
    } catch (RejectedExecutionException | OutOfMemoryError e) { // no thread is free, or left
      breaker.unknown(number);
      return false;
    }
  }

  /** A call, and what is to be done when it ends. */
  private final class Running<T> implements Runnable {
    private final Runnable finished;
    private final FutureTask<T> task;
    private boolean ended;
    private boolean isLate;

    Running(Call<T> call, Runnable finished) {
      this.finished = finished;
      task =
          new FutureTask<>(
              () -> {
                try {
                  return call.run();
                } finally {
                  end();
                }
              });
    }

    @Override
    public void run() {
      try {
        task.run();
      } finally {
        end(); // a task that was cancelled before it began
      }
    }

    /** It touches nothing any more; only the first time counts. */
    void end() {
      synchronized (this) {
        if (ended) {
          return;
        }
        ended = true;
        if (isLate) {
          late.decrementAndGet();
        }
      }
      finished.run();
    }

    /** Its time is over. */
    void giveUp() {
      task.cancel(true);
      synchronized (this) {
        if (!ended) {
          isLate = true;
          late.incrementAndGet();
        }
      }
    }
  }

  /** Interrupts the calls that are under way; those that follow are not made. */
  void close() {
    threads.shutdownNow();
  }

  private <T> T await(String what, Deadline deadline, Running<T> running, long number)
      throws TierException {
    long left = deadline.remainingNanos();
    long patience = left > Long.MAX_VALUE - GRACE_NANOS ? left : left + GRACE_NANOS;
    try {
      return running.task.get(patience, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      running.giveUp();
      counters.timeouts.increment();
      TierException failure =
          new TierException(
              "tier '" + tier + "' was not done " + what + " by the deadline; it goes on alone", e);
      boolean many = late.get() >= LATE_CALLS; // calls that never end must not eat the machine
      ended(number, many, failure);
      throw failure;
    } catch (InterruptedException e) {
      running.giveUp();
      breaker.unknown(number);
      Thread.currentThread().interrupt();
      throw new TierException("interrupted while tier '" + tier + "' was " + what, e);
    } catch (ExecutionException e) {
      counters.failures.increment();
      TierException failure = failure(what, e.getCause() == null ? e : e.getCause());
      ended(number, failure instanceof TierUnavailableException, failure);
      throw failure;
    }
  }

  /** A call failed; perhaps one time too many. */
  private void ended(long number, boolean isSick, TierException failure) {
    if (isSick ? breaker.sick(number) : breaker.failed(number)) {
      counters.rests.increment();
      counters.resting.increment();
      events.leftAlone(tier, breaker.rest(), failure);
    }
  }

  private TierException failure(String what, Throwable cause) {
    String message = "tier '" + tier + "' failed " + what + ": " + cause;
    return cause instanceof TierUnavailableException
        ? new TierUnavailableException(message, cause)
        : new TierException(message, cause);
  }
}
