/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.ChunkKey;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Whether tiers have the unfinished chunk at one place of a prompt. Those that take their time to
 * say so are asked at once, while others are: to try them one after the other would take the sum of
 * their times, for most prompts to learn that there is none.
 *
 * <p>Safe for use by several threads.
 */
final class TailQuestions {
  private final ChunkKey key;
  private final Executor threads;
  private final Map<StoredTier, CompletableFuture<Boolean>> answers = new ConcurrentHashMap<>();

  /**
   * @param threads that wait for the answers
   */
  TailQuestions(ChunkKey key, Executor threads) {
    this.key = key;
    this.threads = threads;
  }

  /** Asks a tier, unless a read in vain is as cheap; returns at once. */
  void ask(StoredTier tier) {
    if (tier.speed().isSlowToSay()) {
      CompletableFuture<Boolean> answer = new CompletableFuture<>();
      answers.put(tier, answer);
      threads.execute(() -> ask(tier, answer));
    }
  }

  private void ask(StoredTier tier, CompletableFuture<Boolean> answer) {
    boolean here = false; // nor if it does not say
    try {
      BitSet said = tier.contains(List.of(key));
      here = said != null && said.get(0);
    } finally {
      answer.complete(here);
    }
  }

  /** Waits for a tier's answer: whether it has the chunk, or was not asked. */
  boolean mayBeIn(StoredTier tier) {
    CompletableFuture<Boolean> answer = answers.get(tier);
    return answer == null || answer.join();
  }
}
