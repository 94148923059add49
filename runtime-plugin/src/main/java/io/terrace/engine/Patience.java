/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;

/** How a request waits: not once nobody wants its answer any more. For the request's thread. */
final class Patience {
  /** So often is asked, while something is waited for, whether the request is given up. */
  private static final long ASKING_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final BooleanSupplier givenUp;

  /**
   * @param givenUp whether nobody wants the answer; it stays true once it is
   */
  Patience(BooleanSupplier givenUp) {
    this.givenUp = givenUp;
  }

  /** Whether nothing is to be waited for any more. */
  boolean isOver() {
    return Thread.currentThread().isInterrupted() || givenUp.getAsBoolean();
  }

  /**
   * Waits in slices.
   *
   * @param wait waits for so many nanoseconds, and says whether what it waits for is there
   * @param nanos in all
   * @return whether it is there
   */
  boolean waits(LongPredicate wait, long nanos) {
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = end - System.nanoTime()) {
      if (givenUp.getAsBoolean()) {
        return false;
      }
      if (wait.test(Math.min(left, ASKING_NANOS))) {
        return true;
      }
      if (Thread.currentThread().isInterrupted()) {
        return false;
      }
    }
    return false;
  }
}
