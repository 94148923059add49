/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import java.util.BitSet;

/**
 * What one retrieval knows of one tier: which chunks it has, and how it does. Guarded by the
 * monitor of the retrieval.
 */
final class TierFeed {
  /** Calls under way at once for one request: while one delivers, the next is on its way. */
  static final int CALLS = 2;

  /** A call asks for so many chunks at most: it is over as a whole. */
  private static final int MOST_AT_ONCE = 16;

  private final StoredTier tier;
  private final BitSet present = new BitSet(); // chunks by number
  private final BitSet coming = new BitSet();
  private boolean answered; // it said what it has
  private final BitSet said = new BitSet(); // whether it has them or not
  private int askAgain = -1; // about the chunks from this one on
  private boolean givenUp;
  private boolean late; // it did not keep to what was expected of it
  private long comingSince;

  TierFeed(StoredTier tier) {
    this.tier = tier;
  }

  StoredTier tier() {
    return tier;
  }

  BitSet present() {
    return present;
  }

  BitSet coming() {
    return coming;
  }

  /**
   * Whether it is known what it has: it said so, and what was asked for before that and is not here
   * did not come.
   */
  boolean hasAnswered() {
    return givenUp || (answered && !isBeyond(coming, present));
  }

  private static boolean isBeyond(BitSet some, BitSet others) {
    BitSet beyond = (BitSet) some.clone();
    beyond.andNot(others);
    return !beyond.isEmpty();
  }

  /**
   * It said what it has. Of what follows its first gap it may have said nothing.
   *
   * @param from the first chunk it was asked for
   * @param here counted from that one
   */
  void answered(int from, BitSet here) {
    here.stream().forEach(i -> present.set(from + i));
    said.set(from, from + here.nextClearBit(0) + 1);
    answered = true;
  }

  /** Whether it said of a chunk that it has it, or that it does not. */
  boolean hasSaid(int chunk) {
    return said.get(chunk);
  }

  /**
   * It is not asked what it has, since others have that: it may be, if what they have does not
   * come.
   */
  void spare() {
    answered = true;
  }

  /** It is to say what it has from a chunk on, too. */
  void askAgain(int from) {
    answered = false;
    askAgain = from;
  }

  /** The chunk from which on it is to be asked again, to be asked by the caller; -1 for none. */
  int takeQuestion() {
    int from = askAgain;
    askAgain = -1;
    return from;
  }

  /** It did not come back: for this prompt it is not asked again. */
  void giveUp() {
    givenUp = true;
    present.clear();
  }

  boolean isGivenUp() {
    return givenUp;
  }

  boolean isLate() {
    return late;
  }

  void late() {
    late = true;
  }

  void begins(BitSet chunks, long now) {
    coming.or(chunks);
    comingSince = now;
  }

  /** A chunk came, or will not come from here. */
  void over(int chunk, boolean came, long now) {
    coming.clear(chunk);
    comingSince = now;
    if (came) {
      late = false;
    } else {
      present.clear(chunk);
    }
  }

  /** How long all that is coming will take from now on, in nanoseconds. */
  double comingNanos(long chunkBytes, long now) {
    if (coming.isEmpty()) {
      return 0;
    }
    TierSpeed speed = tier.speed();
    double expected = speed.latencyNanos() + speed.transferNanos(chunkBytes * coming.cardinality());
    return Math.max(0, expected - (now - comingSince));
  }

  /**
   * How many chunks to ask for in one call: as many as are on their way within two latencies, and
   * not more than come within half of the tier's timeout.
   */
  int window(long chunkBytes) {
    TierSpeed speed = tier.speed();
    int most = Math.min(MOST_AT_ONCE, tier.concurrency());
    if (!speed.isMeasured()) {
      return Math.min(most, 4);
    }
    double nanos = Math.max(1, speed.transferNanos(chunkBytes));
    double inTime = tier.timeout().toNanos() / 2.0 / nanos;
    double enough = Math.ceil(2 * speed.latencyNanos() / nanos);
    return (int) Math.max(1, Math.min(most, Math.min(inTime, Math.max(enough, 1))));
  }
}
