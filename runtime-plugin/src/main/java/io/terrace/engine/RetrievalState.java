/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.engine.ChunkStates.Stage;
import io.terrace.spi.ChunkKey;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one prompt that is loaded: by {@link Retrieval}, which asks, and {@link
 * Arrivals}, which say. All that changes is read and written under the monitor, by {@link #get} and
 * {@link #change}.
 */
final class RetrievalState {
  final Prompt prompt;
  final List<TierFeed> feeds;
  final @Nullable PrefillSpeed prefill;
  final int position;
  final int first;
  final int count;
  final long chunkBytes;
  final long begun = System.nanoTime();
  final Monitor monitor = new Monitor();

  final ChunkStates chunks;
  final Set<ChunkKey> offered = new HashSet<>(); // to others, until the end
  @Nullable Tail tail;
  boolean tailSought;
  boolean closed;
  @Nullable PlanCosts costs;
  long news;

  /**
   * @param position the first that is not computed
   * @param feeds of the tiers that may have something, fastest first
   * @param prefill how fast the prompt is computed meanwhile; null if it is not
   */
  RetrievalState(
      Prompt prompt, int position, List<TierFeed> feeds, @Nullable PrefillSpeed prefill) {
    this.prompt = prompt;
    this.prefill = prefill;
    this.feeds = feeds;
    this.position = position;
    first = position / prompt.geometry().chunkTokens();
    count = Math.max(first, prompt.wholeChunks());
    chunkBytes = prompt.geometry().pageBytes();
    chunks = new ChunkStates(first, count);
  }

  <T> T get(Supplier<T> look) {
    return monitor.get(look);
  }

  /** Changes something: that is news. */
  void change(Runnable change) {
    monitor.change(
        () -> {
          change.run();
          news++;
          if (costs == null && prefill != null && haveAllAnswered()) {
            costs = new LoadPlan(this, System.nanoTime()).costs(prefill);
          }
        });
  }

  // Under the monitor.

  boolean haveAllAnswered() {
    return feeds.stream().allMatch(TierFeed::hasAnswered);
  }

  /** Whether a chunk is here, or some tier has it. */
  boolean isAnywhere(int chunk) {
    return chunks.of(chunk) == Stage.HERE
        || chunks.of(chunk) == Stage.COMING
        || feeds.stream().anyMatch(feed -> feed.present().get(chunk));
  }

  /** Where the prompt leaves what is stored whole. */
  int firstMissing() {
    int chunk = first;
    while (chunk < count && (chunks.of(chunk) == Stage.PASSED || isAnywhere(chunk))) {
      chunk++;
    }
    return chunk;
  }

  /**
   * Has tiers asked again that said nothing of where the prompt leaves what is stored: each was
   * allowed to say nothing of what follows its own first gap, which another may have filled; and
   * some were spared, where what the others had does not come.
   */
  void askBeyond() {
    if (!haveAllAnswered()) {
      return;
    }
    int from = firstMissing();
    if (from < count) {
      for (TierFeed feed : feeds) {
        if (!feed.isGivenUp() && !feed.hasSaid(from)) {
          feed.askAgain(from);
        }
      }
    }
  }

  /** The tier that a chunk comes from just now; null if it comes from none. */
  @Nullable TierFeed comingFrom(int chunk) {
    for (TierFeed feed : feeds) {
      if (feed.coming().get(chunk)) {
        return feed;
      }
    }
    return null;
  }
}
