/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** Sums since the tier was opened. Safe for use by several threads. */
final class Counters {
  private final Map<Count, LongAdder> sums = new EnumMap<>(Count.class);

  Counters() {
    for (Count count : Count.values()) {
      sums.put(count, new LongAdder());
    }
  }

  void add(Count count) {
    add(count, 1);
  }

  void add(Count count, long value) {
    sum(count).add(value);
  }

  long get(Count count) {
    return sum(count).sum();
  }

  SortedMap<String, Long> all() {
    SortedMap<String, Long> all = new TreeMap<>();
    sums.forEach((count, sum) -> all.put(count.text(), sum.sum()));
    return all;
  }

  private LongAdder sum(Count count) {
    LongAdder sum = sums.get(count);
    if (sum == null) {
      throw new IllegalStateException("every count has a sum, " + count + " has none");
    }
    return sum;
  }
}
