/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A point in time by which a call must be over. Every call that may block takes one: nothing waits
 * without end. Immutable.
 */
public final class Deadline {
  /** For work that nobody waits for, such as writing behind; not for what a request needs. */
  public static final Deadline NEVER = new Deadline(0, () -> 0);

  private final long endNanos;
  private final LongSupplier nanoTime;

  private Deadline(long endNanos, LongSupplier nanoTime) {
    this.endNanos = endNanos;
    this.nanoTime = nanoTime;
  }

  /** So long from now on. */
  public static Deadline after(Duration time) {
    return after(time, System::nanoTime);
  }

  /**
   * So long from now on, by another clock.
   *
   * @param nanoTime as {@link System#nanoTime}
   */
  public static Deadline after(Duration time, LongSupplier nanoTime) {
    return new Deadline(nanoTime.getAsLong() + time.toNanos(), nanoTime);
  }

  /**
   * Nanoseconds left, 0 when the deadline has passed, {@link Long#MAX_VALUE} for {@link #NEVER}.
   */
  public long remainingNanos() {
    return this == NEVER ? Long.MAX_VALUE : Math.max(0, endNanos - nanoTime.getAsLong());
  }

  /** Whether the deadline has passed. */
  public boolean isOver() {
    return remainingNanos() == 0;
  }

  @Override
  public String toString() {
    return this == NEVER ? "no deadline" : remainingNanos() / 1_000 + " us left";
  }
}
