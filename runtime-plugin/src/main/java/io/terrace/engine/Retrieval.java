/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the tiers below memory have of one prompt, and how far it has come. Where loading is much
 * faster than computing it begins at the front, and the request waits for it; else it begins at the
 * back, and the request computes from the front until the two meet (the idea of arXiv 2410.03065).
 * A chunk that does not come, from wherever, is computed.
 *
 * <p>The thread of the request asks, those of {@link RetrievalWorkers} load. Safe for use by these.
 */
final class Retrieval implements AutoCloseable {
  /** Loading begins at the back where computing beside it saves at least this share. */
  private static final double WORTH_COMPUTING = 0.1;

  /** So long a tier leaves it to those above it to say first what they have. */
  private static final long FIRST_SAY_NANOS = 10_000_000;

  private enum Stage {
    OPEN, // to be loaded, or computed
    COMING,
    HERE,
    PASSED // or taken, or no part of this retrieval
  }

  private final Prompt prompt;
  private final Staging staging;
  private final @Nullable PrefillSpeed prefill;
  private final List<TierFeed> feeds;
  private final int position;
  private final int first;
  private final int count;
  private final long chunkBytes;
  private final Stage[] stages;
  private final @Nullable StagedChunk[] staged;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final long begun = System.nanoTime();
  private final BitSet offered = new BitSet();
  private @Nullable Tail tail;
  private @Nullable PlanCosts costs;
  private boolean tailSought;
  private boolean closed;
  private long news;

  /**
   * The beginning of a chunk that is not whole, or not of this prompt alone.
   *
   * @param chunk its number in the prompt
   * @param found its page and all of its tokens
   * @param positions how many of them are the prompt's
   */
  record Tail(int chunk, StagedChunk found, int positions) {}

  /**
   * @param position the first that is not computed
   * @param feeds of the tiers that may have something, fastest first
   * @param staging where others find what was loaded for this prompt, until it is closed
   * @param prefill how fast the prompt is computed meanwhile; null if it is not
   */
  Retrieval(
      Prompt prompt,
      int position,
      List<TierFeed> feeds,
      Staging staging,
      @Nullable PrefillSpeed prefill) {
    this.prompt = prompt;
    this.staging = staging;
    this.prefill = prefill;
    this.feeds = feeds;
    this.position = position;
    first = position / prompt.geometry().chunkTokens();
    count = Math.max(first, prompt.wholeChunks());
    chunkBytes = prompt.geometry().pageBytes();
    stages = new Stage[count];
    staged = new StagedChunk[count];
    for (int i = 0; i < count; i++) {
      stages[i] = i < first ? Stage.PASSED : Stage.OPEN;
    }
  }

  Prompt prompt() {
    return prompt;
  }

  List<TierFeed> feeds() {
    return feeds;
  }

  /** Whether it runs ahead of the prompt's request. */
  boolean isAhead() {
    return prefill == null;
  }

  /** The first chunk that is looked for. */
  int first() {
    return first;
  }

  /** The number behind the last whole chunk that is looked for. */
  int count() {
    return count;
  }

  // What the request asks.

  /** A whole chunk that came, with its reference; null if it did not (yet). */
  @Nullable StagedChunk take(int chunk) {
    lock.lock();
    try {
      if (chunk >= count || stages[chunk] != Stage.HERE) {
        return null;
      }
      stages[chunk] = Stage.PASSED;
      StagedChunk taken = staged[chunk];
      staged[chunk] = null;
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** The beginning of a chunk that came, with its reference; null if it did not (yet). */
  @Nullable Tail takeTail(int chunk) {
    lock.lock();
    try {
      Tail taken = tail;
      if (taken == null || taken.chunk() != chunk) {
        return null;
      }
      tail = null;
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** The request computes a chunk, and has all before it. */
  void passed(int chunk) {
    lock.lock();
    try {
      for (int i = first; i <= chunk && i < count; i++) {
        drop(i);
      }
      tell();
    } finally {
      lock.unlock();
    }
  }

  private void drop(int chunk) {
    StagedChunk dropped = staged[chunk];
    staged[chunk] = null;
    stages[chunk] = Stage.PASSED;
    if (dropped != null) {
      dropped.release();
    }
  }

  /**
   * How long a chunk is expected to take until it is here.
   *
   * @return nanoseconds; NaN if nobody will bring it, or nobody who kept to what was expected
   */
  double expected(int chunk) {
    lock.lock();
    try {
      if (chunk >= count) {
        return Double.NaN;
      }
      long now = System.nanoTime();
      return switch (stages[chunk]) {
        case HERE -> 0;
        case PASSED -> Double.NaN;
        case COMING -> comingNanos(chunk, now);
        case OPEN -> openNanos(chunk, now);
      };
    } finally {
      lock.unlock();
    }
  }

  private double comingNanos(int chunk, long now) {
    for (TierFeed feed : feeds) {
      if (feed.coming().get(chunk)) {
        return feed.isLate() ? Double.NaN : feed.comingNanos(chunkBytes, now);
      }
    }
    return Double.NaN;
  }

  private double openNanos(int chunk, long now) {
    Shares shares = shares(now);
    int owner = shares.owner(chunk);
    if (owner < 0 || feeds.get(owner).isLate()) {
      return Double.NaN;
    }
    if (isFromTheBack(shares)) {
      return shares.nanos(owner);
    }
    TierFeed feed = feeds.get(owner);
    TierSpeed speed = feed.tier().speed();
    int before = shares.of(owner).get(0, chunk).cardinality();
    double coming = feed.comingNanos(chunkBytes, now);
    return coming + speed.latencyNanos() + speed.transferNanos(chunkBytes * (before + 1));
  }

  /** Whether a chunk is on its way, or will be. */
  boolean isComing(int chunk) {
    lock.lock();
    try {
      return !closed && chunk < count && stages[chunk] != Stage.PASSED && isAnywhere(chunk);
    } finally {
      lock.unlock();
    }
  }

  /** Whoever should bring a chunk, or the beginning of one, is waited for no longer. */
  void tooLate(int chunk) {
    lock.lock();
    try {
      long now = System.nanoTime();
      for (TierFeed feed : feeds) {
        if (feed.coming().get(chunk)) {
          feed.late();
          return;
        }
      }
      int owner = shares(now).owner(chunk);
      if (owner >= 0) {
        feeds.get(owner).late();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether it may still turn out that a tier has what continues the prompt at a chunk. */
  boolean isUnknown(int chunk) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      if (chunk >= count) {
        return !tailSought;
      }
      if (stages[chunk] == Stage.PASSED || isAnywhere(chunk)) {
        return false;
      }
      return !haveAllAnswered() || (!tailSought && chunk == firstMissing());
    } finally {
      lock.unlock();
    }
  }

  /** Counts what comes and becomes known: to be asked before anything else is. */
  long news() {
    lock.lock();
    try {
      return news;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until something comes or becomes known.
   *
   * @param seen what {@link #news} said
   * @return whether it has; not if the time is over, or the thread was interrupted, whose flag is
   *     set
   */
  boolean await(long seen, long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (news == seen) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * How long it may take until a tier says what it has, as far as is known.
   *
   * @return nanoseconds
   */
  double answerNanos() {
    lock.lock();
    try {
      double longest = 0;
      for (TierFeed feed : feeds) {
        TierSpeed speed = feed.tier().speed();
        double answer = feed.hasAnswered() ? speed.latencyNanos() : speed.probeNanos();
        longest = Math.max(longest, Double.isNaN(answer) ? 0 : answer);
      }
      return Math.max(0, longest - (System.nanoTime() - begun));
    } finally {
      lock.unlock();
    }
  }

  /** The share of prompts, lately, of which one of the tiers had something. */
  double hitShare() {
    double best = 0;
    for (TierFeed feed : feeds) {
      best = Math.max(best, feed.tier().speed().hitShare());
    }
    return best;
  }

  /** What each way was expected to cost; null if not all tiers have answered. */
  @Nullable PlanCosts costs() {
    lock.lock();
    try {
      return costs;
    } finally {
      lock.unlock();
    }
  }

  /** Nothing is wanted any more: what came goes back, what is coming will. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      for (int i = first; i < count; i++) {
        drop(i);
      }
      if (tail != null) {
        tail.found().release();
        tail = null;
      }
      tell();
    } finally {
      lock.unlock();
    }
    offered.stream().forEach(chunk -> staging.forget(prompt.key(chunk)));
  }

  // What the workers ask and say.

  /** Others may find a chunk that was loaded for this prompt; false once it is closed. */
  boolean offers(int chunk) {
    lock.lock();
    try {
      offered.set(chunk, !closed);
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** A chunk is here already, with its reference. */
  void isHere(int chunk, StagedChunk chunkHere) {
    lock.lock();
    try {
      arrive(chunk, chunkHere);
      tell();
    } finally {
      lock.unlock();
    }
  }

  /** Whether there is a whole chunk that is not here. */
  boolean isAnyMissing() {
    lock.lock();
    try {
      return Arrays.stream(stages).anyMatch(each -> each == Stage.OPEN || each == Stage.COMING);
    } finally {
      lock.unlock();
    }
  }

  /**
   * A tier said which chunks it has.
   *
   * @param here counted from the first that is looked for; null if it did not say
   */
  void answered(TierFeed feed, @Nullable BitSet here) {
    lock.lock();
    try {
      if (here == null) {
        feed.giveUp();
      } else {
        here.stream().forEach(i -> feed.present().set(first + i));
        feed.answered();
      }
      if (prefill != null && haveAllAnswered()) {
        costs = expectedCosts(prefill);
      }
      tell();
    } finally {
      lock.unlock();
    }
  }

  /** A tier did not come back from a load. */
  void giveUp(TierFeed feed) {
    lock.lock();
    try {
      feed.giveUp();
      tell();
    } finally {
      lock.unlock();
    }
  }

  /** The tiers that are still asked. */
  List<TierFeed> asked() {
    lock.lock();
    try {
      return feeds.stream().filter(feed -> !feed.isGivenUp()).toList();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The chunks that a tier is to load next, in their order; waits while others may leave it some.
   *
   * @return none when there is nothing to load for it any more
   */
  BitSet next(TierFeed feed) throws InterruptedException {
    lock.lock();
    try {
      while (!closed && mayLoad(feed)) {
        long now = System.nanoTime();
        long patience = begun + FIRST_SAY_NANOS - now;
        if (patience > 0 && isFasterOneSilent(feed)) {
          changed.awaitNanos(patience);
          continue;
        }
        Shares shares = shares(now);
        BitSet share = shares.of(feeds.indexOf(feed));
        if (!share.isEmpty()) {
          BitSet window = window(share, feed.window(chunkBytes), isFromTheBack(shares));
          window.stream().forEach(i -> stages[i] = Stage.COMING);
          feed.begins(window, now);
          return window;
        }
        changed.await();
      }
      return new BitSet();
    } finally {
      lock.unlock();
    }
  }

  /** Whether a tier above this one has not said what it has. */
  private boolean isFasterOneSilent(TierFeed feed) {
    return feeds.subList(0, feeds.indexOf(feed)).stream().anyMatch(each -> !each.hasAnswered());
  }

  /** Whether the tier has something that is not here. */
  private boolean mayLoad(TierFeed feed) {
    for (int i = first; i < count; i++) {
      boolean wanted = stages[i] == Stage.OPEN || stages[i] == Stage.COMING;
      if (wanted && feed.present().get(i)) {
        return true;
      }
    }
    return false;
  }

  private static BitSet window(BitSet share, int size, boolean fromTheBack) {
    BitSet window = new BitSet();
    int chunk = fromTheBack ? share.length() - 1 : share.nextSetBit(0);
    while (chunk >= 0 && window.cardinality() < size) {
      window.set(chunk);
      chunk = fromTheBack ? share.previousSetBit(chunk - 1) : share.nextSetBit(chunk + 1);
    }
    return window;
  }

  /**
   * A load is over.
   *
   * @param feed whose it was; null if another request made it
   * @param chunkHere with its reference; null if it did not come
   */
  void over(@Nullable TierFeed feed, int chunk, @Nullable StagedChunk chunkHere) {
    lock.lock();
    try {
      if (feed != null) {
        feed.over(chunk, chunkHere != null, System.nanoTime());
      }
      if (chunkHere != null) {
        arrive(chunk, chunkHere);
      } else if (stages[chunk] == Stage.COMING) {
        stages[chunk] = Stage.OPEN;
      }
      tell();
    } finally {
      lock.unlock();
    }
  }

  private void arrive(int chunk, StagedChunk chunkHere) {
    if (closed || stages[chunk] == Stage.PASSED || stages[chunk] == Stage.HERE) {
      chunkHere.release();
    } else {
      stages[chunk] = Stage.HERE;
      staged[chunk] = chunkHere;
    }
  }

  /**
   * Waits until it is known where the prompt leaves what is stored whole.
   *
   * @return that chunk's number; -1 if nobody cares any more
   */
  int awaitFirstMissing() throws InterruptedException {
    lock.lock();
    try {
      while (!closed && !haveAllAnswered()) {
        changed.await();
      }
      return closed ? -1 : firstMissing();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The search for an unfinished chunk is over.
   *
   * @param found with its reference; null if there is none
   */
  void tailSought(@Nullable Tail found) {
    lock.lock();
    try {
      tailSought = true;
      if (found != null && closed) {
        found.found().release();
      } else {
        tail = found;
      }
      tell();
    } finally {
      lock.unlock();
    }
  }

  // Under the lock.

  private void tell() {
    news++;
    changed.signalAll();
  }

  private boolean haveAllAnswered() {
    return feeds.stream().allMatch(TierFeed::hasAnswered);
  }

  private boolean isAnywhere(int chunk) {
    return stages[chunk] == Stage.HERE
        || stages[chunk] == Stage.COMING
        || feeds.stream().anyMatch(feed -> feed.present().get(chunk));
  }

  private int firstMissing() {
    int chunk = first;
    while (chunk < count && (stages[chunk] == Stage.PASSED || isAnywhere(chunk))) {
      chunk++;
    }
    return chunk;
  }

  private BitSet open() {
    BitSet open = new BitSet();
    for (int i = first; i < count; i++) {
      open.set(i, stages[i] == Stage.OPEN);
    }
    return open;
  }

  private Shares shares(long now) {
    return new Shares(feeds, open(), chunkBytes, now);
  }

  private PlanCosts expectedCosts(PrefillSpeed speed) {
    int from = Math.max(position, prompt.start(first));
    int stored = Math.max(from, Math.min(prompt.start(firstMissing()), prompt.limit()));
    return PlanCosts.of(
        speed,
        from,
        stored,
        prompt.tokens().length,
        prompt.geometry().chunkTokens(),
        shares(System.nanoTime()).nanos());
  }

  private boolean isFromTheBack(Shares shares) {
    BitSet open = open();
    if (prefill == null || open.isEmpty() || !haveAllAnswered()) {
      return false;
    }
    double load = shares.nanos();
    double compute = prefill.nanos(prompt.start(open.nextSetBit(0)), prompt.start(open.length()));
    return load > WORTH_COMPUTING * (load + compute);
  }
}
