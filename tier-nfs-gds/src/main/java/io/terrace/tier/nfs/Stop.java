/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.Deadline;
import java.time.Duration;

/**
 * Ends work early that looks at deadlines: for a caller that was interrupted, and must wait until
 * nothing touches its memory any more.
 */
final class Stop {
  private static final long YEARS_NANOS = Duration.ofDays(3650).toNanos();

  private volatile boolean stopped;

  void stop() {
    stopped = true;
  }

  /** The same deadline, and over at once when stopped. */
  Deadline deadline(Deadline deadline) {
    Duration left = Duration.ofNanos(Math.min(deadline.remainingNanos(), YEARS_NANOS));
    return Deadline.after(left, () -> System.nanoTime() + (stopped ? 2 * YEARS_NANOS : 0));
  }
}
