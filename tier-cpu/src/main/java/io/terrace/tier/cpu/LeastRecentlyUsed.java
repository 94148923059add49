/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.cpu;

import java.util.Comparator;
import java.util.TreeSet;

/**
 * Least recently used leaves first. A tree and not a list, because a chunk that becomes a leaf when
 * its last child goes takes the place of its own last use.
 */
final class LeastRecentlyUsed implements EvictionPolicy {
  private final TreeSet<Entry> leaves =
      new TreeSet<>(Comparator.comparingLong(Entry::lastUse).thenComparing(Entry::key));
  private long uses;

  @Override
  public void leaf(Entry entry) {
    leaves.add(entry);
  }

  @Override
  public void notLeaf(Entry entry) {
    leaves.remove(entry);
  }

  @Override
  public void used(Entry entry) {
    entry.usedAt(++uses);
  }

  @Override
  public Iterable<Entry> victims() {
    return leaves;
  }
}
