/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.Deadline;
import io.terrace.spi.TierException;
import io.terrace.spi.TierUnavailableException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Draws the faults of one {@link FaultyTier}, counts them, and does those that need no chunk. */
final class FaultDice {
  private final long seed;
  private final SplittableRandom random;
  private final Map<Fault, Double> probabilities = new EnumMap<>(Fault.class);
  private final Map<Fault, Long> fired = new EnumMap<>(Fault.class);
  private long mostLatencyNanos = TimeUnit.MILLISECONDS.toNanos(5);

  FaultDice(long seed) {
    this.seed = seed;
    random = new SplittableRandom(seed);
  }

  synchronized void set(Fault fault, double probability) {
    if (probability < 0 || probability > 1) {
      throw new IllegalArgumentException("a probability is 0 to 1, got " + probability);
    }
    probabilities.put(fault, probability);
  }

  synchronized void setLatency(Duration most) {
    mostLatencyNanos = most.toNanos();
  }

  synchronized long fired(Fault fault) {
    return fired.getOrDefault(fault, 0L);
  }

  /** Whether a fault strikes now; if so, that counts. */
  synchronized boolean strikes(Fault fault) {
    boolean strikes = isDue(fault);
    if (strikes) {
      count(fault);
    }
    return strikes;
  }

  /** Whether a fault is to strike now: to be counted if it can. */
  synchronized boolean isDue(Fault fault) {
    Double probability = probabilities.get(fault);
    return probability != null && random.nextDouble() < probability;
  }

  synchronized void count(Fault fault) {
    fired.merge(fault, 1L, Long::sum);
  }

  /** A number of 0 to {@code bound}, not included. */
  synchronized long draw(long bound) {
    return random.nextLong(bound);
  }

  /** The faults that can strike every call. */
  void strikeCall(String what, Deadline deadline) throws TierException {
    if (strikes(Fault.LATENCY)) {
      sleep(what, Math.min(draw(latency() + 1), deadline.remainingNanos()));
    }
    if (strikes(Fault.HANG)) {
      sleep(what, Long.MAX_VALUE);
    }
    if (strikes(Fault.UNAVAILABLE)) {
      throw new TierUnavailableException("unavailable on purpose, did not " + what + ", " + this);
    }
    if (strikes(Fault.IO_ERROR)) {
      throw new TierException("failed on purpose, did not " + what + ", " + this);
    }
  }

  private synchronized long latency() {
    return mostLatencyNanos;
  }

  private void sleep(String what, long nanos) throws TierException {
    try {
      boolean never = new CountDownLatch(1).await(nanos, TimeUnit.NANOSECONDS);
      if (never) {
        throw new IllegalStateException("nobody counts this latch down");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TierException("interrupted, did not " + what + ", " + this, e);
    }
  }

  @Override
  public synchronized String toString() {
    return "-D" + Seeds.PROPERTY + "=" + seed + " " + fired;
  }
}
