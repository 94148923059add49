/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.cpu;

import io.terrace.spi.EvictionPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Leaves in the order in which they go. What they are worth changes with time, so that all of them
 * are looked at; but not for each that goes: those that are worth least are put in a row, which
 * serves for a while.
 *
 * <p>Guarded by the lock of the tier.
 */
final class Victims {
  private static final int LEAST_ROW = 16;
  private static final int ROW_SHARE = 16; // of the leaves
  private static final long ROW_MILLIS = 1000;

  private final EvictionPolicy policy;
  private final Set<Entry> leaves = new HashSet<>();
  private final PriorityQueue<Candidate> row = new PriorityQueue<>();
  private long rowMadeAt;
  private @Nullable Candidate rowEnd; // what is worth more is not in it

  /** A leaf as it was when the row was made. */
  private record Candidate(Entry entry, double worth, long use) implements Comparable<Candidate> {
    private static final Comparator<Candidate> ORDER =
        Comparator.comparingDouble(Candidate::worth).thenComparingLong(Candidate::use);

    @Override
    public int compareTo(Candidate other) {
      return ORDER.compare(this, other);
    }
  }

  Victims(EvictionPolicy policy) {
    this.policy = policy;
  }

  /** The chunk has no child (any more). */
  void leaf(Entry entry, long nowMillis) {
    leaves.add(entry);
    if (rowEnd != null) {
      Candidate candidate = candidate(entry, nowMillis);
      if (candidate.compareTo(rowEnd) < 0) {
        row.add(candidate);
      }
    }
  }

  /** The chunk got its first child, or was removed. */
  void notLeaf(Entry entry) {
    leaves.remove(entry);
  }

  /** The leaf that is to go; null if all are in use. It stays until it is told that it is gone. */
  @Nullable Entry next(long nowMillis) {
    Entry found = nowMillis - rowMadeAt < ROW_MILLIS ? ofRow() : null;
    if (found == null) {
      makeRow(nowMillis);
      found = ofRow();
    }
    return found;
  }

  private @Nullable Entry ofRow() {
    List<Candidate> inUse = new ArrayList<>();
    Entry found = null;
    while (found == null && !row.isEmpty()) {
      Candidate first = row.remove();
      Entry entry = first.entry();
      if (leaves.contains(entry) && entry.lastUse() == first.use()) {
        if (entry.isInUse()) {
          inUse.add(first);
        } else {
          found = entry;
        }
      }
    }
    row.addAll(inUse); // for when they are not
    return found;
  }

  private void makeRow(long nowMillis) {
    row.clear();
    List<Candidate> all = new ArrayList<>(leaves.size());
    for (Entry entry : leaves) {
      all.add(candidate(entry, nowMillis));
    }
    all.sort(null);
    int most = LEAST_ROW + all.size() / ROW_SHARE;
    for (Candidate candidate : all) {
      row.add(candidate);
      rowEnd = candidate;
      if (!candidate.entry().isInUse() && --most == 0) {
        break;
      }
    }
    rowMadeAt = nowMillis;
  }

  private Candidate candidate(Entry entry, long nowMillis) {
    return new Candidate(entry, policy.worth(entry, nowMillis), entry.lastUse());
  }
}
