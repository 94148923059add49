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
  private volatile boolean stopped;

  void stop() {
    stopped = true;
  }

  private boolean isOn() {
    return stopped || caller.isInterrupted();
  }

  /** The same deadline, and over at once when stopped, or while the caller is interrupted. */
  Deadline deadline(Deadline deadline) {
    Duration left = Duration.ofNanos(Math.min(deadline.remainingNanos(), YEARS_NANOS));
    return Deadline.after(left, () -> System.nanoTime() + (isOn() ? 2 * YEARS_NANOS : 0));
  }
}
