/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnStateTransitionEvent;
import io.terrace.spi.Deadline;
import io.terrace.spi.TierException;
import io.terrace.spi.TierUnavailableException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Makes calls of the server on threads of the tier, so that no caller waits beyond its deadline;
 * leaves the server alone for a while where it cannot be reached. Safe for use by several threads.
 */
final class Calls {
  private static final System.Logger LOGGER = System.getLogger(Calls.class.getName());

  /**
   * Of the platform: a virtual thread is parked and woken for each piece of an answer that comes,
   * which is a tenth to a fifth of the time where the network is fast.
   */
  private static final Executor THREADS =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          1,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Thread.ofPlatform().daemon().name("terrace-s3-", 0).factory());

  private static final Departures DEPARTURES =
      new Departures(Runtime.getRuntime().availableProcessors(), Duration.ofMillis(100));

  private static final int FAILURES_IN_A_ROW = 3;
  private static final float ALL = 100;

  private final String server;
  private final Counters counters;
  private final Answers answers;
  private final Duration rest;
  private final CircuitBreaker breaker;

  /**
   * @param server for messages
   * @param rest how long the server is left alone before the next try
   */
  Calls(String server, Counters counters, Answers answers, Duration rest) {
    this.server = server;
    this.counters = counters;
    this.answers = answers;
    this.rest = rest;
    breaker =
        CircuitBreaker.of(
            server,
            CircuitBreakerConfig.custom()
                .slidingWindowSize(FAILURES_IN_A_ROW)
                .minimumNumberOfCalls(FAILURES_IN_A_ROW)
                .failureRateThreshold(ALL)
                .waitDurationInOpenState(rest)
                .permittedNumberOfCallsInHalfOpenState(1)
                .build());
    breaker.getEventPublisher().onStateTransition(this::changed);
  }

  private void changed(CircuitBreakerOnStateTransitionEvent event) {
    switch (event.getStateTransition().getToState()) {
      case OPEN -> {
        counters.add(Count.BREAKER_OPENED);
        LOGGER.log(
            System.Logger.Level.WARNING,
            "the {0} cannot be reached: left alone for {1} s, then tried again",
            server,
            rest.toMillis() / 1000.0);
      }
      case CLOSED -> LOGGER.log(System.Logger.Level.INFO, "the {0} can be reached again", server);
      default -> {}
    }
  }

  /**
   * Makes a call.
   *
   * @param what for messages: "read 3f…"
   * @param work blocks, and ends early when it is interrupted
   * @param takeBack takes the caller's memory back, before this returns
   * @throws TierException if it failed, or did not end in time, or the thread was interrupted
   */
  <T> T call(String what, Deadline deadline, Callable<T> work, Runnable takeBack)
      throws TierException {
    if (deadline.isOver()) {
      throw new TierException("did not " + what + ": the deadline was over before it began");
    }
    if (!breaker.tryAcquirePermission()) {
      counters.add(Count.BREAKER_REFUSED);
      throw new TierUnavailableException(
          "did not " + what + ": the " + server + " could not be reached a moment ago");
    }
    long start = System.nanoTime();
    try {
      T result = await(deadline, work, takeBack);
      breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
      return result;
    } catch (InterruptedException e) {
      breaker.releasePermission();
      Thread.currentThread().interrupt();
      throw new TierException("interrupted, did not " + what, e);
    } catch (TierException e) {
      breaker.releasePermission();
      throw e;
    } catch (FailedCall e) {
      tellBreaker(e, start);
      counters.add(e.reason());
      throw new TierException("did not " + what + ": " + server + ": " + e.getMessage(), e);
    }
  }

  /**
   * Does some work on a thread of its own, whatever the breaker says.
   *
   * @throws FailedCall if it failed, or did not end in time
   * @throws TierException if the work threw it
   */
  static <T> T await(Deadline deadline, Callable<T> work, Runnable takeBack)
      throws FailedCall, TierException, InterruptedException {
    Progress progress = DEPARTURES.next(deadline);
    FutureTask<T> task =
        new FutureTask<>(() -> ScopedValue.where(Progress.CURRENT, progress).call(work::call));
    try {
      THREADS.execute(task);
      return task.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw S3Errors.late(progress.status(), e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TierException failure) {
        throw failure;
      }
      FailedCall failure = S3Errors.failed(e);
      throw failure.reason() == Reason.LATE ? S3Errors.late(progress.status(), failure) : failure;
    } finally {
      progress.ended();
      takeBack.run();
      task.cancel(true);
    }
  }

  /** A server that answered meanwhile is there, however late or wrong it is. */
  private void tellBreaker(FailedCall failure, long start) {
    if (failure.reason() == Reason.UNSENT) {
      breaker.releasePermission(); // which tells nothing of the server
      return;
    }
    boolean silent = failure.reason() == Reason.LATE && !answers.cameSince(start);
    long nanos = System.nanoTime() - start;
    if (failure.reason() == Reason.CONNECTION || silent) {
      breaker.onError(nanos, TimeUnit.NANOSECONDS, failure);
    } else {
      breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
    }
  }
}
