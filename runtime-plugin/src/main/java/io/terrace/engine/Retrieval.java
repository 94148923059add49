/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the tiers below memory have of one prompt, and how far it has come: the side of the request,
 * which asks; {@link RetrievalWorkers} load. A chunk that does not come, from wherever, is
 * computed.
 *
 * <p>Used by one thread.
 */
final class Retrieval implements AutoCloseable {
  private final RetrievalState state;
  private final Staging staging;

  /**
   * @param staging where others find what was loaded for this prompt, until it is closed
   */
  Retrieval(RetrievalState state, Staging staging) {
    this.state = state;
    this.staging = staging;
  }

  /** The first chunk that is looked for. */
  int first() {
    return state.first;
  }

  /** A whole chunk that came, with its reference; null if it did not (yet). */
  @Nullable StagedChunk take(int chunk) {
    return state.get(() -> state.chunks.take(chunk));
  }

  /** The beginning of a chunk that came, with its reference; null if it did not (yet). */
  @Nullable Tail takeTail(int chunk) {
    return state.get(
        () -> {
          Tail taken = state.tail;
          if (taken == null || taken.chunk() != chunk) {
            return null;
          }
          state.tail = null;
          return taken;
        });
  }

  /**
   * Up to where what came leads from the beginning of a chunk.
   *
   * @return a position; that of the chunk's beginning, or less, if nothing of it came
   */
  int reach(int chunk) {
    return state.get(
        () -> {
          Prompt prompt = state.prompt;
          int next = chunk;
          while (next < state.count && state.chunks.of(next) == ChunkStates.Stage.HERE) {
            next++;
          }
          Tail tail = state.tail;
          int start = prompt.start(next);
          return tail != null && tail.chunk() == next
              ? start + tail.positions()
              : Math.min(start, prompt.limit());
        });
  }

  /** The request computes a chunk, and has all before it. */
  void passed(int chunk) {
    state.change(() -> state.chunks.passed(chunk));
  }

  /**
   * How long a chunk is expected to take until it is here.
   *
   * @return nanoseconds; NaN if nobody will bring it, or nobody who kept to what was expected
   */
  double expected(int chunk) {
    return chunk >= state.count
        ? Double.NaN
        : state.get(() -> LoadPlan.nanosUntilHere(state, chunk));
  }

  /** Whether a chunk is on its way, or will be. */
  boolean isComing(int chunk) {
    return chunk < state.count
        && state.get(
            () ->
                !state.closed
                    && state.chunks.of(chunk) != ChunkStates.Stage.PASSED
                    && state.isAnywhere(chunk));
  }

  /** Whoever should bring a chunk, or the beginning of one, is waited for no longer. */
  void tooLate(int chunk) {
    state.monitor.change(
        () -> {
          TierFeed coming = state.comingFrom(chunk);
          TierFeed late =
              coming != null ? coming : new LoadPlan(state, System.nanoTime()).owner(chunk);
          if (late != null) {
            late.late();
          }
        });
  }

  /** Whether it may still turn out that a tier has what continues the prompt at a chunk. */
  boolean isUnknown(int chunk) {
    return state.get(() -> !state.closed && mayTurnOut(chunk));
  }

  private boolean mayTurnOut(int chunk) {
    if (chunk >= state.count) {
      return !state.tailSought;
    }
    if (state.chunks.of(chunk) == ChunkStates.Stage.PASSED || state.isAnywhere(chunk)) {
      return false;
    }
    return !state.haveAllAnswered() || (!state.tailSought && chunk == state.firstMissing());
  }

  /** Counts what comes and becomes known: to be asked before anything else is. */
  long news() {
    return state.get(() -> state.news);
  }

  /**
   * Waits until something comes or becomes known.
   *
   * @param seen what {@link #news} said
   * @return whether it has; not if the time is over, or the thread was interrupted, whose flag is
   *     set
   */
  boolean await(long seen, long nanos) {
    return state.monitor.await(() -> state.news != seen, nanos);
  }

  /**
   * How long it should take until the next tier says what it has; where all have said it, until the
   * search for an unfinished chunk is over.
   *
   * @return nanoseconds; 0 where that is not known, or is overdue
   */
  double answerNanos() {
    double answer =
        state.get(() -> state.haveAllAnswered() ? slowestRead(state.feeds) : nextAnswer());
    return Math.max(0, answer - (System.nanoTime() - state.begun));
  }

  private double nextAnswer() {
    double next = Double.POSITIVE_INFINITY;
    for (TierFeed feed : state.feeds) {
      double probe = feed.tier().speed().probeNanos();
      if (!feed.hasAnswered()) {
        next = Math.min(next, Double.isNaN(probe) ? 0 : probe);
      }
    }
    return next;
  }

  private static double slowestRead(List<TierFeed> feeds) {
    return feeds.stream().mapToDouble(feed -> feed.tier().speed().latencyNanos()).max().orElse(0);
  }

  /** The share of prompts, lately, of which one of the tiers had something. */
  double hitShare() {
    double best = 0;
    for (TierFeed feed : state.feeds) {
      best = Math.max(best, feed.tier().speed().hitShare());
    }
    return best;
  }

  /** What each way was expected to cost; null if not all tiers have answered. */
  @Nullable PlanCosts costs() {
    return state.get(() -> state.costs);
  }

  /** Nothing is wanted any more: what came goes back, what is coming will. */
  @Override
  public void close() {
    state.change(
        () -> {
          state.closed = true;
          state.chunks.passed(state.count);
          if (state.tail != null) {
            state.tail.found().release();
            state.tail = null;
          }
        });
    state.offered.forEach(staging::forget); // closed: it does not change any more
  }
}
