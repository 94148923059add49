/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.bench.tiers;

import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Says when each fault is due, as drawn from a seed, and counts those that struck. A fault that is
 * due strikes the next call that it can strike: how often each does depends on time alone, not on
 * how many calls there are. While nobody calls, as when a tier is left alone, time stands still.
 * Safe for use by several threads.
 */
final class FaultClock {
  /** Two faults do not strike at once: this part of the mean lies between. */
  private static final int CALM_PART = 16;

  private final SplittableRandom random;
  private final long everyNanos;
  private final Ticker ticker;
  private long calmUntil;
  private long lastCall;
  private long idleNanos;
  private final Map<Fault, Long> due = new EnumMap<>(Fault.class);
  private final Map<Fault, Long> ends = new EnumMap<>(Fault.class);
  private final Map<Fault, Long> struck = new EnumMap<>(Fault.class);

  /**
   * @param faults those that strike at all
   * @param every mean time between two faults of one kind, of those that are not rarer
   */
  FaultClock(long seed, Set<Fault> faults, Duration every, Ticker ticker) {
    random = new SplittableRandom(seed);
    everyNanos = every.toNanos();
    this.ticker = ticker;
    long now = ticker.nanoTime();
    lastCall = now;
    calmUntil = now;
    for (Fault fault : faults) {
      due.put(fault, now + random.nextLong(meanNanos(fault)));
    }
  }

  /** The time in which somebody called. */
  private long now() {
    long time = ticker.nanoTime();
    long since = time - lastCall;
    if (since > everyNanos / 2) {
      idleNanos += since;
    }
    lastCall = time;
    return time - idleNanos;
  }

  private long meanNanos(Fault fault) {
    return everyNanos * fault.rarity();
  }

  /** Whether a fault is to strike as soon as it can. */
  synchronized boolean isDue(Fault fault) {
    Long when = due.get(fault);
    long now = now();
    return when != null && now - when >= 0 && now - calmUntil >= 0;
  }

  /** The one of some faults that has been due for the longest time; null if none is. */
  synchronized @Nullable Fault due(List<Fault> faults) {
    return faults.stream()
        .filter(this::isDue)
        .min(Comparator.comparing(fault -> due.getOrDefault(fault, Long.MAX_VALUE)))
        .orElse(null);
  }

  /** A fault struck: it is due again after a while. */
  synchronized void struck(Fault fault) {
    struck.merge(fault, 1L, Long::sum);
    long mean = meanNanos(fault);
    long now = now();
    due.put(fault, now + mean / 2 + random.nextLong(mean));
    calmUntil = now + everyNanos / CALM_PART;
  }

  /** Whether a fault strikes now; if so, that counts. */
  synchronized boolean strikes(Fault fault) {
    boolean strikes = isDue(fault);
    if (strikes) {
      struck(fault);
    }
    return strikes;
  }

  /** As {@link #strikes} of a fault that goes on for a while, which counts once. */
  synchronized boolean goesOn(Fault fault) {
    long now = ticker.nanoTime(); // it passes whether somebody calls or not
    Long end = ends.get(fault);
    if (end != null && now - end < 0) {
      return true;
    }
    boolean strikes = strikes(fault);
    if (strikes) {
      ends.put(fault, now + everyNanos / 4 + random.nextLong(everyNanos));
    }
    return strikes;
  }

  /** A number of 0 to {@code bound}, not included. */
  synchronized long draw(long bound) {
    return random.nextLong(bound);
  }

  /** How often each fault struck, by the name of its counter. */
  synchronized SortedMap<String, Long> counts() {
    SortedMap<String, Long> counts = new TreeMap<>();
    for (Fault fault : due.keySet()) {
      counts.put(fault.counter(), struck.getOrDefault(fault, 0L));
    }
    return counts;
  }
}
