/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.terrace.spi.Deadline;
import io.terrace.spi.TierException;
import io.terrace.spi.TierUnavailableException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Makes calls of the server on virtual threads of the tier, so that no caller waits beyond its
 * deadline; leaves the server alone for a while where it cannot be reached. Safe for use by several
 * threads.
 */
final class Calls {
  private static final System.Logger LOGGER = System.getLogger(Calls.class.getName());
  private static final int FAILURES_IN_A_ROW = 3;
  private static final float ALL = 100;

  /** What says that the server is not there, rather than that it does not like the call. */
  private static final Set<Reason> UNREACHABLE = Set.of(Reason.CONNECTION, Reason.LATE);

  private final ThreadFactory threads;
  private final Counters counters;
  private final CircuitBreaker breaker;

  /**
   * @param server for messages
   * @param rest how long the server is left alone before the next try
   */
  Calls(String server, Counters counters, Duration rest) {
    this.counters = counters;
    threads = Thread.ofVirtual().name("terrace-s3-", 0).factory();
    breaker =
        CircuitBreaker.of(
            server,
            CircuitBreakerConfig.custom()
                .slidingWindowSize(FAILURES_IN_A_ROW)
                .minimumNumberOfCalls(FAILURES_IN_A_ROW)
                .failureRateThreshold(ALL)
                .waitDurationInOpenState(rest)
                .permittedNumberOfCallsInHalfOpenState(1)
                .recordException(Calls::isUnreachable)
                .build());
    breaker
        .getEventPublisher()
        .onStateTransition(
            event -> {
              switch (event.getStateTransition().getToState()) {
                case OPEN -> {
                  counters.add(Count.BREAKER_OPENED);
                  LOGGER.log(
                      System.Logger.Level.WARNING,
                      "{0} cannot be reached: left alone for {1} s, then tried again",
                      server,
                      rest.toSeconds());
                }
                case CLOSED ->
                    LOGGER.log(System.Logger.Level.INFO, "{0} can be reached again", server);
                default -> {}
              }
            });
  }

  private static boolean isUnreachable(Throwable thrown) {
    return thrown instanceof FailedCall failed && UNREACHABLE.contains(failed.reason());
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
          "did not " + what + ": " + breaker.getName() + " could not be reached a moment ago");
    }
    long start = System.nanoTime();
    FutureTask<T> task = new FutureTask<>(work);
    threads.newThread(task).start();
    try {
      T result = task.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
      breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
      return result;
    } catch (TimeoutException e) {
      throw failed(what, start, new FailedCall(Reason.LATE, "no answer by the deadline", e));
    } catch (InterruptedException e) {
      breaker.releasePermission();
      Thread.currentThread().interrupt();
      throw new TierException("interrupted, did not " + what, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TierException failure) {
        breaker.releasePermission();
        throw failure;
      }
      throw failed(what, start, S3Errors.failed(e));
    } finally {
      takeBack.run();
      task.cancel(true);
    }
  }

  private TierException failed(String what, long start, FailedCall failure) {
    counters.add(failure.reason());
    breaker.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, failure);
    return new TierException("did not " + what + ": " + failure.getMessage(), failure);
  }
}
