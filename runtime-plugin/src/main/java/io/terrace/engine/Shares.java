/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import java.util.BitSet;
import java.util.List;

/**
 * Which tier is to load which of the chunks that are open: each chunk goes to the tier that will
 * have it soonest, given all that the tier has to load before it. What nothing is known of yet is
 * taken to be as the stack says: faster than all below it.
 */
final class Shares {
  private final List<TierFeed> feeds;
  private final long chunkBytes;
  private final BitSet[] shares;
  private final double[] nanos; // until a tier has loaded what is coming, and its share

  /**
   * @param open chunks that nobody loads or computes, by number
   * @param now by {@link System#nanoTime}
   */
  Shares(List<TierFeed> feeds, BitSet open, long chunkBytes, long now) {
    this.feeds = feeds;
    this.chunkBytes = chunkBytes;
    shares = new BitSet[feeds.size()];
    nanos = new double[feeds.size()];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = new BitSet();
      nanos[i] = feeds.get(i).comingNanos(chunkBytes, now);
    }
    for (int chunk = open.nextSetBit(0); chunk >= 0; chunk = open.nextSetBit(chunk + 1)) {
      assign(chunk);
    }
  }

  private void assign(int chunk) {
    int best = -1;
    double soonest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < shares.length; i++) {
      if (feeds.get(i).present().get(chunk)) {
        boolean guess = !feeds.get(i).tier().speed().isMeasured();
        double ready = nanosWith(i);
        if (best < 0 || (!guess && ready < soonest)) {
          best = i;
          soonest = ready;
        }
      }
    }
    if (best >= 0) {
      shares[best].set(chunk);
      nanos[best] = soonest;
    }
  }

  /** When a tier would have one chunk more. */
  private double nanosWith(int feed) {
    TierSpeed speed = feeds.get(feed).tier().speed();
    boolean idle = shares[feed].isEmpty() && feeds.get(feed).coming().isEmpty();
    return nanos[feed] + (idle ? speed.latencyNanos() : 0) + speed.transferNanos(chunkBytes);
  }

  /** The chunks that a tier is to load. */
  BitSet of(int feed) {
    return shares[feed];
  }

  /** How long a tier will take for its share, and for what is coming from it. */
  double nanos(int feed) {
    return nanos[feed];
  }

  /** How long all tiers together will take. */
  double nanos() {
    double longest = 0;
    for (double each : nanos) {
      longest = Math.max(longest, each);
    }
    return longest;
  }

  /** The tier that is to load a chunk; -1 for none. */
  int owner(int chunk) {
    for (int i = 0; i < shares.length; i++) {
      if (shares[i].get(chunk)) {
        return i;
      }
    }
    return -1;
  }
}
