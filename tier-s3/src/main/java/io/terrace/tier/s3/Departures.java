/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.spi.Deadline;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets calls make their requests in the order they come, few at once. To make one takes a processor
 * most of a millisecond: a hundred that are made at once leave late, all of them, and the first
 * answer finds nobody who has time for it. Safe for use by several threads.
 */
final class Departures {
  private final Semaphore turns;
  private final Duration mostWait;

  /**
   * @param atOnce requests that are made at the same time
   * @param mostWait a call goes on then, whatever those before it wait for
   */
  Departures(int atOnce, Duration mostWait) {
    turns = new Semaphore(atOnce, true);
    this.mostWait = mostWait;
  }

  /** Waits for a turn, which ends when the request leaves, or {@link Progress#ended} is called. */
  Progress next(Deadline deadline) throws InterruptedException {
    long most = Math.min(deadline.remainingNanos(), mostWait.toNanos());
    boolean inTurn = turns.tryAcquire(most, TimeUnit.NANOSECONDS);
    return new Progress(inTurn ? turns::release : () -> {});
  }
}
