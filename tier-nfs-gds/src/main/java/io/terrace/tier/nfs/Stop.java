/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.Deadline;
import java.time.Duration;

/**
 * Ends work early that looks at deadlines: for a caller that was interrupted, and must wait until
 * nothing touches its memory any more. Made by the caller's thread, which may do the work itself.
 */
final class Stop {
  private static final long YEARS_NANOS = Duration.ofDays(3650).toNanos();

  private final Thread caller = Thread.currentThread();
  private volatile boolean counts;
  private volatile boolean stopped;

  void stop() {
    stopped = true;
  }

  /** The same deadline, and over at once when stopped, or while the caller is interrupted. */
  Deadline deadline(Deadline deadline) {
    Duration left = Duration.ofNanos(Math.min(deadline.remainingNanos(), YEARS_NANOS));
    Deadline made = Deadline.after(left, this::nanoTime);
    counts = true;
    return made;
  }

  /** A clock that is beyond all deadlines when stopped; right while the deadline is made. */
  private long nanoTime() {
    boolean on = counts && (stopped || caller.isInterrupted());
    return System.nanoTime() + (on ? 2 * YEARS_NANOS : 0);
  }
}
