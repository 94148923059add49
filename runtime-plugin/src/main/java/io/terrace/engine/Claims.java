/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.ChunkKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
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

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<ChunkKey, List<Claim>> byParent = new HashMap<>();
  private int waiting;

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
    lock.lock();
    try {
      List<Claim> others = byParent.computeIfAbsent(claim.parent, p -> new ArrayList<>(1));
      for (Claim other : others) {
        int more = other.tokens.commonPrefix(claim.tokens) - known;
        if (more >= LEAST_TOKENS && 2 * more >= other.tokens.length() - known) {
          return other;
        }
      }
      others.add(claim);
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** The tokens are computed and shared, or will not be. */
  void release(Claim claim) {
    lock.lock();
    try {
      List<Claim> claims = byParent.get(claim.parent);
      if (claims != null) {
        claims.remove(claim);
        if (claims.isEmpty()) {
          byParent.remove(claim.parent);
        }
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until a claim is released.
   *
   * @return whether it is; not if the time is over, or the thread was interrupted, whose flag is
   *     set
   */
  boolean await(Claim claim, long nanos) {
    lock.lock();
    waiting++;
    try {
      long left = nanos;
      while (isHeld(claim)) {
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
      waiting--;
      lock.unlock();
    }
  }

  private boolean isHeld(Claim claim) {
    List<Claim> claims = byParent.get(claim.parent);
    return claims != null && claims.contains(claim);
  }

  /** How many sessions wait now. */
  int waiting() {
    lock.lock();
    try {
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  /** How many there are now. */
  int size() {
    lock.lock();
    try {
      return byParent.values().stream().mapToInt(List::size).sum();
    } finally {
      lock.unlock();
    }
  }
}
