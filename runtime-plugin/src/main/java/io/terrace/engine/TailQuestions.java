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
  private final Map<StoredTier, CompletableFuture<Answer>> answers = new ConcurrentHashMap<>();

  /** What is known of one tier. */
  enum Answer {
    HERE,
    NOT_HERE,

    /** The tier was asked, and failed or was late. */
    DID_NOT_SAY,
    WAS_NOT_ASKED;

    /** Whether to read from the tier. */
    boolean mayBeHere() {
      return this == HERE || this == WAS_NOT_ASKED;
    }
  }

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
      CompletableFuture<Answer> answer = new CompletableFuture<>();
      answers.put(tier, answer);
      threads.execute(() -> ask(tier, answer));
    }
  }

  private void ask(StoredTier tier, CompletableFuture<Answer> answer) {
    Answer given = Answer.DID_NOT_SAY; // whatever is thrown
    try {
      BitSet here = tier.contains(List.of(key));
      if (here != null) {
        given = here.get(0) ? Answer.HERE : Answer.NOT_HERE;
      }
    } finally {
      answer.complete(given);
    }
  }

  /** Waits for a tier's answer. */
  Answer await(StoredTier tier) {
    CompletableFuture<Answer> answer = answers.get(tier);
    return answer == null ? Answer.WAS_NOT_ASKED : answer.join();
  }
}
