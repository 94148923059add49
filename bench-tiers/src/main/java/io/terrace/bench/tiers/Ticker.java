/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.bench.tiers;

import java.util.concurrent.TimeUnit;

/** The time that a {@link Link} goes by. */
interface Ticker {
  /** That of the machine. */
  Ticker SYSTEM =
      new Ticker() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public void sleep(long nanos) throws InterruptedException {
          TimeUnit.NANOSECONDS.sleep(nanos);
        }
      };

  /** As {@link System#nanoTime}. */
  long nanoTime();

  /** Waits; not at all if {@code nanos} is not positive. */
  void sleep(long nanos) throws InterruptedException;
}
