/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.bench.tiers;

import java.util.concurrent.TimeUnit;

/** Time that passes only where somebody sleeps. For one thread. */
final class FakeTicker implements Ticker {
  private long nanos = 1_000;
  private final long began = nanos;

  @Override
  public long nanoTime() {
    return nanos;
  }

  @Override
  public void sleep(long nanos) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    this.nanos += Math.max(0, nanos);
  }

  /** Microseconds since the beginning. */
  long passedMicros() {
    return TimeUnit.NANOSECONDS.toMicros(nanos - began);
  }
}
