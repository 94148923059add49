/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama.tokenizer;

import java.util.Arrays;

/** A binary heap of longs, least first. Not thread-safe. */
final class RankHeap {
  private long[] entries;
  private int size;

  RankHeap(int expectedEntries) {
    this.entries = new long[Math.max(4, expectedEntries)];
  }

  boolean isEmpty() {
    return size == 0;
  }

  void add(long entry) {
    if (size == entries.length) {
      entries = Arrays.copyOf(entries, size + (size >> 1));
    }
    int hole = size++;
    while (hole > 0) {
      int parent = (hole - 1) >>> 1;
      if (entries[parent] <= entry) {
        break;
      }
      entries[hole] = entries[parent];
      hole = parent;
    }
    entries[hole] = entry;
  }

  /** Removes and returns the least entry; the heap must not be empty. */
  long removeLeast() {
    long least = entries[0];
    long last = entries[--size];
    int hole = 0;
    for (int child = 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && entries[child + 1] < entries[child]) {
        child++;
      }
      if (entries[child] >= last) {
        break;
      }
      entries[hole] = entries[child];
      hole = child;
    }
    entries[hole] = last;
    return least;
  }
}
