/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.replay;

import io.terrace.cli.replay.Trace.Request;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The best that a cache could do which knows what will come (Belady, IBM Systems Journal 5(2),
 * 1966), with a block never without those before it: what is wanted last goes first, and what would
 * be wanted later still is not taken.
 */
final class Clairvoyant {
  private static final int NEVER = Integer.MAX_VALUE;

  private final Trace trace;
  private final int capacity;
  private final int[][] uses; // by block: the numbers of its requests
  private final int[] used; // how many of them were
  private final int[] children;
  private final boolean[] there;
  private final TreeSet<Integer> leaves;
  private int count;

  Clairvoyant(Trace trace, int capacity) {
    this.trace = trace;
    this.capacity = capacity;
    int blocks = trace.blocks();
    uses = new int[blocks][];
    used = new int[blocks];
    children = new int[blocks];
    there = new boolean[blocks];
    leaves =
        new TreeSet<>(
            Comparator.<Integer>comparingInt(block -> -next(block))
                .thenComparing(block -> -trace.depth(block))
                .thenComparing(Comparator.naturalOrder()));
    int[] counts = new int[blocks];
    List<Request> requests = trace.requests();
    requests.forEach(request -> IntStream.of(request.blocks()).forEach(block -> counts[block]++));
    for (int i = 0; i < blocks; i++) {
      uses[i] = new int[counts[i]];
    }
    for (int i = requests.size() - 1; i >= 0; i--) {
      for (int block : requests.get(i).blocks()) {
        uses[block][--counts[block]] = i;
      }
    }
  }

  private int next(int block) {
    return used[block] < uses[block].length ? uses[block][used[block]] : NEVER;
  }

  /** Of all blocks wanted, how many were there, as part of an unbroken prefix. */
  long hits() {
    return trace.requests().stream().mapToLong(request -> hits(request.blocks())).sum();
  }

  private int hits(int[] blocks) {
    int hits = 0;
    while (hits < blocks.length && there[blocks[hits]]) {
      hits++;
    }
    Set<Integer> own = new HashSet<>();
    for (int block : blocks) {
      boolean isLeaf = leaves.remove(block);
      used[block]++;
      if (isLeaf) {
        leaves.add(block);
      }
      own.add(block);
    }
    for (int i = hits; i < blocks.length && makeRoom(blocks[i], own); i++) {
      take(blocks[i]);
    }
    return hits;
  }

  /** Whether there is room for a block. */
  private boolean makeRoom(int block, Set<Integer> own) {
    if (count < capacity) {
      return true;
    }
    for (int victim : leaves) {
      if (next(victim) <= next(block)) {
        return false;
      }
      if (!own.contains(victim)) {
        giveUp(victim);
        return true;
      }
    }
    return false;
  }

  private void take(int block) {
    there[block] = true;
    count++;
    leaves.add(block);
    int parent = trace.parent(block);
    if (parent >= 0 && children[parent]++ == 0) {
      leaves.remove(parent);
    }
  }

  private void giveUp(int block) {
    there[block] = false;
    count--;
    leaves.remove(block);
    int parent = trace.parent(block);
    if (parent >= 0 && --children[parent] == 0) {
      leaves.add(parent);
    }
  }
}
