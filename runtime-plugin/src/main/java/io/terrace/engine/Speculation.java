/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import java.util.BitSet;
import java.util.List;

/**
 * Reads that begin together with the question whether there is anything to be read: where asking
 * costs a way to a server and back, the first page is there after one such way instead of two. A
 * read in vain is an answer that says so.
 *
 * <p>Used under the monitor of the retrieval.
 */
final class Speculation {
  /** A tier is likely to have something if it had of so many prompts, lately. */
  private static final double LIKELY = 0.5;

  /** What asking takes at least, as a share of what a chunk takes to come. */
  private static final double LEAST_SHARE = 0.1;

  private static final int MOST_READS = 8;

  private Speculation() {}

  /**
   * The chunks to be read from a tier that has not yet said what it has: from the front on.
   *
   * @return none where that would win nothing
   */
  static BitSet chunks(RetrievalState state, TierFeed feed) {
    BitSet open = state.chunks.open();
    if (open.isEmpty() || !isPromising(state.feeds, feed) || !isSlowToAsk(state, feed)) {
      return new BitSet();
    }
    TierSpeed speed = feed.tier().speed();
    double load = speed.latencyNanos() + speed.transferNanos(state.chunkBytes * open.cardinality());
    return LoadPlan.isWorthComputing(state, open, load) // then it would begin at the back
        ? new BitSet()
        : LoadPlan.first(open, Math.min(MOST_READS, feed.window(state.chunkBytes)));
  }

  private static boolean isPromising(List<TierFeed> feeds, TierFeed feed) {
    return feed.tier().speed().hitShare() >= LIKELY
        && feeds.subList(0, feeds.indexOf(feed)).stream() // who would have it sooner
            .allMatch(above -> above.tier().speed().rarelyHits());
  }

  private static boolean isSlowToAsk(RetrievalState state, TierFeed feed) {
    TierSpeed speed = feed.tier().speed();
    return speed.isMeasured()
        && speed.isSlowToSay()
        && speed.probeNanos() >= LEAST_SHARE * speed.transferNanos(state.chunkBytes);
  }
}
