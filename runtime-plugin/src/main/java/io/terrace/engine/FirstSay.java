/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import java.util.List;

/**
 * Who is asked first. A tier that takes long to say what it has leaves the first say to those that
 * say it at once: where they have all of a prompt, and deliver it before the slow one could, that
 * one is spared the question, which costs requests and computing time.
 */
final class FirstSay {
  /** Others say it at once if they take so much of the time that a tier takes, at most. */
  private static final double AT_ONCE_SHARE = 0.25;

  /** They may be late by this factor. */
  private static final double PATIENCE = 2;

  private FirstSay() {}

  /**
   * Waits for a tier's turn.
   *
   * @return whether it is to be asked; not if it is spared, or the retrieval is closed
   */
  static boolean awaitTurn(RetrievalState state, TierFeed feed) {
    List<TierFeed> first = state.feeds.stream().filter(each -> saysAtOnce(each, feed)).toList();
    if (first.isEmpty()) {
      return true;
    }
    double patience =
        PATIENCE * first.stream().mapToDouble(each -> each.tier().speed().probeNanos()).sum();
    state.monitor.await(
        () -> state.closed || first.stream().allMatch(TierFeed::hasAnswered), (long) patience);
    return state.get(
        () -> {
          boolean asked = !state.closed && !areEnough(state, feed, first);
          if (!asked) {
            state.change(feed::spare);
          }
          return asked;
        });
  }

  /**
   * Whether one tier says what it has so much sooner than another one that this may wait for it.
   */
  static boolean saysAtOnce(TierFeed other, TierFeed feed) {
    double own = feed.tier().speed().probeNanos(); // NaN if it never said
    return other != feed && other.tier().speed().probeNanos() <= AT_ONCE_SHARE * own;
  }

  /**
   * Whether others have all that is missing, and will have delivered it before a tier begins to, or
   * so soon after it that the question would cost more than it could win.
   */
  private static boolean areEnough(RetrievalState state, TierFeed feed, List<TierFeed> first) {
    if (state.firstMissing() < state.count) {
      return false;
    }
    TierSpeed speed = feed.tier().speed();
    double begins = speed.probeNanos() + speed.latencyNanos(); // 0 if nothing ever came from it
    double cost = speed.questionNanos(state.count - state.first);
    double loaded = 0;
    for (TierFeed other : first) {
      TierSpeed others = other.tier().speed();
      int chunks = other.present().cardinality();
      if (chunks > 0 && !others.isMeasured()) {
        return false;
      }
      loaded += others.latencyNanos() + others.transferNanos(state.chunkBytes * chunks);
    }
    return loaded <= begins + cost;
  }
}
