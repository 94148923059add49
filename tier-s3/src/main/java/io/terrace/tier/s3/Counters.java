/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Sums since the tier was opened. Safe for use by several threads. */
final class Counters {
  private final Map<String, LongAdder> sums = new ConcurrentHashMap<>();

  Counters() {
    for (Count count : Count.values()) {
      sums.put(count.text(), new LongAdder());
    }
    for (Reason reason : Reason.values()) {
      sums.put(name(reason), new LongAdder());
    }
  }

  void add(Count count) {
    add(count, 1);
  }

  void add(Count count, long value) {
    add(count.text(), value);
  }

  /** A call failed. */
  void add(Reason reason) {
    add(name(reason), 1);
  }

  private void add(String name, long value) {
    sums.computeIfAbsent(name, absent -> new LongAdder()).add(value);
  }

  private static String name(Reason reason) {
    return "fail." + reason.text();
  }

  SortedMap<String, Long> all() {
    SortedMap<String, Long> all = new TreeMap<>();
    sums.forEach((name, sum) -> all.put(name, sum.sum()));
    return all;
  }
}
