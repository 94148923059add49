/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.ChunkKey;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The side of a {@link Retrieval} on which {@link RetrievalWorkers} ask what to load, and say what
 * there is and what came. Safe for use by all of them.
 */
final class Arrivals {
  /** So long a tier leaves it to those above it to say first what they have. */
  private static final long FIRST_SAY_NANOS = 10_000_000;

  private final RetrievalState state;

  Arrivals(RetrievalState state) {
    this.state = state;
  }

  Prompt prompt() {
    return state.prompt;
  }

  List<TierFeed> feeds() {
    return state.feeds;
  }

  /** Whether the retrieval runs ahead of the prompt's request. */
  boolean isAhead() {
    return state.prefill == null;
  }

  /** The first chunk that is looked for. */
  int first() {
    return state.first;
  }

  /** The number behind the last whole chunk that is looked for. */
  int count() {
    return state.count;
  }

  /** Others may find what was loaded for this prompt; false once it is closed. */
  boolean offers(ChunkKey key) {
    return state.get(
        () -> {
          if (!state.closed) {
            state.offered.add(key);
          }
          return !state.closed;
        });
  }

  boolean isClosed() {
    return state.get(() -> state.closed);
  }

  /** A chunk is here already, with its reference. */
  void isHere(int chunk, StagedChunk found) {
    state.change(() -> state.chunks.arrived(chunk, found));
  }

  /** Whether there is a whole chunk that is not here. */
  boolean isAnyMissing() {
    return state.get(() -> !state.chunks.wanted().isEmpty());
  }

  /** Chunks that a tier is to load before it says what it has; none where that wins nothing. */
  BitSet beforeAnswer(TierFeed feed) {
    return state.get(
        () -> {
          BitSet chunks = Speculation.chunks(state, feed);
          if (!chunks.isEmpty()) {
            state.change(() -> begin(feed, chunks)); // news: nothing was to be expected of it yet
          }
          return chunks;
        });
  }

  private BitSet begin(TierFeed feed, BitSet chunks) {
    state.chunks.coming(chunks);
    feed.begins(chunks, System.nanoTime());
    return chunks;
  }

  /**
   * Waits for those who say much sooner what they have, and then whether a tier is to be asked.
   *
   * @return false if it is not, since they have all and deliver it before it could: it may be asked
   *     later, as those {@linkplain #awaitQuestion asked again}
   */
  boolean awaitTurn(TierFeed feed) {
    return FirstSay.awaitTurn(state, feed);
  }

  /**
   * A tier said which chunks it has.
   *
   * @param from the first it was asked for
   * @param here counted from that one; null if it did not say
   */
  void answered(TierFeed feed, int from, @Nullable BitSet here) {
    state.change(
        () -> {
          if (here == null) {
            feed.giveUp();
          } else {
            feed.answered(from, here);
          }
          state.askBeyond();
        });
  }

  /**
   * Waits until a tier is to be asked again: what others do not bring may have to come from it, as
   * long as the retrieval goes on.
   *
   * @return from which chunk on; -1 if nobody cares any more
   */
  int awaitQuestion(TierFeed feed) throws InterruptedException {
    return state.monitor.awaitResult(
        () -> {
          int from = feed.takeQuestion();
          return from >= 0 || state.closed ? from : null;
        });
  }

  /** A tier did not come back from a load. */
  void giveUp(TierFeed feed) {
    state.change(
        () -> {
          feed.giveUp();
          state.askBeyond();
        });
  }

  /** The tiers that are still asked. */
  List<TierFeed> asked() {
    return state.get(() -> state.feeds.stream().filter(feed -> !feed.isGivenUp()).toList());
  }

  /**
   * The chunks that a tier is to load next, in their order; waits while there are none, since it
   * may be asked again what it has.
   *
   * @return none when nobody cares any more
   */
  BitSet next(TierFeed feed) throws InterruptedException {
    long patience = state.begun + FIRST_SAY_NANOS - System.nanoTime();
    state.monitor.await(() -> state.closed || !isFasterOneSilent(feed), patience);
    return state.monitor.awaitResult(() -> nextNow(feed));
  }

  /** Null while there is nothing for it to load. */
  private @Nullable BitSet nextNow(TierFeed feed) {
    if (state.closed) {
      return new BitSet();
    }
    BitSet window = new LoadPlan(state, System.nanoTime()).window(feed);
    return window.isEmpty() ? null : begin(feed, window);
  }

  /** Whether a tier above this one has not said what it has. */
  private boolean isFasterOneSilent(TierFeed feed) {
    List<TierFeed> faster = state.feeds.subList(0, state.feeds.indexOf(feed));
    return faster.stream().anyMatch(each -> !each.hasAnswered());
  }

  /**
   * A load is over.
   *
   * @param found with its reference; null if it did not come
   */
  void over(TierFeed feed, int chunk, @Nullable StagedChunk found) {
    state.change(
        () -> {
          feed.over(chunk, found != null, System.nanoTime());
          if (found != null) {
            state.chunks.arrived(chunk, found);
          } else {
            state.chunks.missed(chunk);
          }
          state.askBeyond(); // with its last early chunk a tier has said what it has
        });
  }

  /**
   * Waits until it is known where the prompt leaves what is stored whole.
   *
   * @return that chunk's number; -1 if nobody cares any more
   */
  int awaitFirstMissing() throws InterruptedException {
    return state.monitor.awaitResult(this::firstMissing);
  }

  /** Null while it is not known. */
  private @Nullable Integer firstMissing() {
    if (state.closed) {
      return -1;
    }
    return state.haveAllAnswered() ? state.firstMissing() : null;
  }

  /**
   * The search for an unfinished chunk is over.
   *
   * @param found with its reference; null if there is none
   */
  void tailSought(@Nullable Tail found) {
    state.change(
        () -> {
          state.tailSought = true;
          if (found != null && state.closed) {
            found.found().release();
          } else {
            state.tail = found;
          }
        });
  }
}
