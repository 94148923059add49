/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Which tier is to bring which chunk, and when, as it looks at one moment. Where loading is much
 * faster than computing it begins at the front, and the request waits for it; else it begins at the
 * back, and the request computes from the front until the two meet (the idea of arXiv 2410.03065).
 *
 * <p>Used under the monitor of the retrieval, for as long as nothing changes.
 */
final class LoadPlan {
  /** Loading begins at the back where computing beside it saves at least this share. */
  private static final double WORTH_COMPUTING = 0.1;

  private final RetrievalState state;
  private final long now;
  private final BitSet open;
  private final Shares shares;

  /**
   * @param now by {@link System#nanoTime}
   */
  LoadPlan(RetrievalState state, long now) {
    this.state = state;
    this.now = now;
    open = state.chunks.open();
    shares = new Shares(state.feeds, open, state.chunkBytes, now);
  }

  /**
   * How long a chunk is expected to take until it is here.
   *
   * @return nanoseconds; NaN if nobody will bring it, or nobody who kept to what was expected
   */
  static double nanosUntilHere(RetrievalState state, int chunk) {
    long now = System.nanoTime();
    return switch (state.chunks.of(chunk)) {
      case HERE -> 0;
      case PASSED -> Double.NaN;
      case COMING -> comingNanos(state, chunk, now);
      case OPEN -> new LoadPlan(state, now).openNanos(chunk);
    };
  }

  private static double comingNanos(RetrievalState state, int chunk, long now) {
    TierFeed feed = state.comingFrom(chunk);
    return feed == null || feed.isLate() ? Double.NaN : feed.comingNanos(state.chunkBytes, now);
  }

  private double openNanos(int chunk) {
    int owner = shares.owner(chunk);
    if (owner < 0 || state.feeds.get(owner).isLate()) {
      return Double.NaN;
    }
    if (isFromTheBack()) {
      return shares.nanos(owner);
    }
    TierFeed feed = state.feeds.get(owner);
    TierSpeed speed = feed.tier().speed();
    int before = shares.of(owner).get(0, chunk).cardinality();
    double coming = feed.comingNanos(state.chunkBytes, now);
    return coming + speed.latencyNanos() + speed.transferNanos(state.chunkBytes * (before + 1));
  }

  private boolean isFromTheBack() {
    return state.haveAllAnswered() && isWorthComputing(state, open, shares.nanos());
  }

  /** Whether the request should compute some of these chunks beside their being loaded. */
  static boolean isWorthComputing(RetrievalState state, BitSet chunks, double loadNanos) {
    PrefillSpeed prefill = state.prefill;
    if (prefill == null || chunks.isEmpty()) {
      return false;
    }
    Prompt prompt = state.prompt;
    int from = prompt.start(chunks.nextSetBit(0));
    double compute = prefill.nanos(from, prompt.start(chunks.length()));
    return loadNanos > WORTH_COMPUTING * (loadNanos + compute);
  }

  /** The tier that is to load a chunk that is open; null for none. */
  @Nullable TierFeed owner(int chunk) {
    int owner = shares.owner(chunk);
    return owner < 0 ? null : state.feeds.get(owner);
  }

  /** What a tier is to load in its next call; empty if that is nothing. */
  BitSet window(TierFeed feed) {
    BitSet share = shares.of(state.feeds.indexOf(feed));
    int size = feed.window(state.chunkBytes);
    return isFromTheBack() ? last(share, size) : first(share, size);
  }

  private static BitSet last(BitSet chunks, int size) {
    BitSet last = new BitSet();
    int chunk = chunks.length() - 1;
    while (chunk >= 0 && last.cardinality() < size) {
      last.set(chunk);
      chunk = chunks.previousSetBit(chunk - 1);
    }
    return last;
  }

  /** The first so many of some chunks. */
  static BitSet first(BitSet chunks, int size) {
    BitSet first = new BitSet();
    chunks.stream().limit(size).forEach(first::set);
    return first;
  }

  /** What each way is expected to cost, once all tiers have answered. */
  PlanCosts costs(PrefillSpeed prefill) {
    Prompt prompt = state.prompt;
    int from = Math.max(state.position, prompt.start(state.first));
    int stored = Math.max(from, Math.min(prompt.start(state.firstMissing()), prompt.limit()));
    return PlanCosts.of(
        prefill,
        from,
        stored,
        prompt.tokens().length,
        prompt.geometry().chunkTokens(),
        shares.nanos());
  }
}
