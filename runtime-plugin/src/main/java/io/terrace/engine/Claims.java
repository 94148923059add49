/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.ChunkKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What sessions compute now, so that others with the same tokens can wait for it instead of
 * computing it as well.
 *
 * <p>A session holds at most one claim, and waits only while it holds none: two of them never wait
 * for each other. Safe for use by several threads.
 */
final class Claims {
  /** Below that, waiting for another is not worth a thought. */
  private static final int LEAST_TOKENS = 16;

  private final Monitor monitor = new Monitor();
  private final Map<ChunkKey, List<Claim>> byParent = new HashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();

  /** Tokens that a session computes: one claim differs from every other. */
  static final class Claim {
    private final ChunkKey parent;
    private final TokenRun tokens;
    private final long until;

    /**
     * @param parent the key of the chunk before them
     * @param tokens from the chunk's first on, up to the last that is being computed
     * @param until when they should be there, by {@link System#nanoTime}
     */
    Claim(ChunkKey parent, TokenRun tokens, long until) {
      this.parent = parent;
      this.tokens = tokens;
      this.until = until;
    }

    long until() {
      return until;
    }
  }

  /**
   * Claims tokens, unless another session computes some of them already, and not much else: then
   * they are there sooner than they could be computed once more.
   *
   * @param known how many of the claim's tokens are computed
   * @return another's claim to wait for; null if the claim is made
   */
  @Nullable Claim claim(Claim claim, int known) {
    return monitor.get(() -> claimNow(claim, known));
  }

  private @Nullable Claim claimNow(Claim claim, int known) {
    List<Claim> others = byParent.computeIfAbsent(claim.parent, p -> new ArrayList<>(1));
    for (Claim other : others) {
      int more = other.tokens.commonPrefix(claim.tokens) - known;
      if (more >= LEAST_TOKENS && 2 * more >= other.tokens.length() - known) {
        return other;
      }
    }
    others.add(claim);
    return null;
  }

  /** The tokens are computed and shared, or will not be. */
  void release(Claim claim) {
    monitor.change(
        () ->
            byParent.computeIfPresent(
                claim.parent,
                (parent, claims) -> {
                  claims.remove(claim);
                  return claims.isEmpty() ? null : claims;
                }));
  }

  /**
   * Waits until a claim is released.
   *
   * @return whether it is; not if the time is over, or the thread was interrupted, whose flag is
   *     set
   */
  boolean await(Claim claim, long nanos) {
    waiting.incrementAndGet();
    try {
      return monitor.await(() -> !isHeld(claim), nanos);
    } finally {
      waiting.decrementAndGet();
    }
  }

  private boolean isHeld(Claim claim) {
    List<Claim> claims = byParent.get(claim.parent);
    return claims != null && claims.contains(claim);
  }

  /** How many sessions wait now. */
  int waiting() {
    return waiting.get();
  }

  /** How many there are now. */
  int size() {
    return monitor.get(() -> byParent.values().stream().mapToInt(List::size).sum());
  }
}
