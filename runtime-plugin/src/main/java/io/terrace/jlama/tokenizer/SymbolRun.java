/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama.tokenizer;

import java.util.Arrays;

/**
 * One piece's symbols while they merge: a doubly linked list over the array, and a heap of the
 * pairs that can merge, lowest rank first, leftmost first among equals. O(n log n) for n symbols.
 * Not thread-safe; lives for one piece.
 */
final class SymbolRun {
  private static final int DEAD = -1;

  private final MergeTable merges;
  private final int[] symbols;
  private final int[] next;
  private final int[] previous;

  /** The rule of the pair that begins at a position; an entry of the heap counts if it agrees. */
  private final long[] rules;

  /** Packed rank and position: comparing entries compares ranks, then positions. */
  private final RankHeap heap;

  private SymbolRun(int[] symbols, MergeTable merges) {
    this.merges = merges;
    this.symbols = symbols;
    this.next = new int[symbols.length];
    this.previous = new int[symbols.length];
    this.rules = new long[symbols.length];
    this.heap = new RankHeap(symbols.length);
  }

  /**
   * Merges until no pair can.
   *
   * @param symbols the symbols of one piece; overwritten with the result
   * @return how many symbols are left, at the array's start
   */
  static int merge(int[] symbols, MergeTable merges) {
    if (symbols.length < 2) {
      return symbols.length;
    }
    SymbolRun run = new SymbolRun(symbols, merges);
    run.link();
    run.mergeAll();
    return run.compact();
  }

  private void link() {
    for (int at = 0; at < symbols.length; at++) {
      previous[at] = at - 1;
      next[at] = at + 1;
    }
    for (int at = 0; at < symbols.length; at++) {
      findRule(at);
    }
  }

  private void mergeAll() {
    while (!heap.isEmpty()) {
      long entry = heap.removeLeast();
      int at = (int) entry;
      if (rules[at] != MergeTable.NONE
          && MergeTable.rank(rules[at]) == (int) (entry >>> Integer.SIZE)) {
        mergeAt(at);
      }
    }
  }

  private void mergeAt(int at) {
    symbols[at] = MergeTable.merged(rules[at]);
    int gone = next[at];
    symbols[gone] = DEAD;
    rules[gone] = MergeTable.NONE;
    next[at] = next[gone];
    if (next[at] < symbols.length) {
      previous[next[at]] = at;
    }
    findRule(at);
    if (previous[at] >= 0) {
      findRule(previous[at]);
    }
  }

  private void findRule(int at) {
    int right = next[at];
    long rule = right < symbols.length ? merges.find(symbols[at], symbols[right]) : MergeTable.NONE;
    rules[at] = rule;
    if (rule != MergeTable.NONE) {
      heap.add(((long) MergeTable.rank(rule) << Integer.SIZE) | at);
    }
  }

  private int compact() {
    int count = 0;
    for (int at = 0; at < symbols.length; at = next[at]) {
      symbols[count++] = symbols[at];
    }
    Arrays.fill(symbols, count, symbols.length, DEAD);
    return count;
  }
}
