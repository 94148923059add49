/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what happens on other threads. */
final class Eventually {
  private static final long DEADLINE_SECONDS = 30;

  private Eventually() {}

  static void happens(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + DEADLINE_SECONDS + " s: " + what);
      }
      Thread.sleep(5);
    }
  }

  static void happens(String what, CountDownLatch latch) throws InterruptedException {
    if (!latch.await(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("not within " + DEADLINE_SECONDS + " s: " + what);
    }
  }
}
