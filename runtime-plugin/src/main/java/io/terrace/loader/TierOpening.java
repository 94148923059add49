/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.TierContext;
import io.terrace.spi.config.Settings;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Opens tiers, each on a thread of its own: one that hangs is given up, and closed if it opens all
 * the same. Safe for use by several threads.
 *
 * @param patience how long a tier may take
 */
record TierOpening(Duration patience) {
  /** More than tiers give themselves, who can say better what hangs. */
  static final TierOpening DEFAULT = new TierOpening(Duration.ofSeconds(60));

  /**
   * Opens one; an interrupt is kept for later.
   *
   * @throws RuntimeException of whatever kind its provider throws; so with errors
   * @throws IllegalStateException if it is not open in time, or opened as null
   */
  KvTier open(String name, FoundTier found, Settings settings, TierContext context) {
    CompletableFuture<KvTier> opened = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("terrace-" + name + "-open")
        .start(() -> complete(opened, name, found, settings, context));
    try {
      return await(opened);
    } catch (TimeoutException e) {
      IllegalStateException late =
          new IllegalStateException(
              "the tier '"
                  + name
                  + "' of "
                  + found.where()
                  + " was not open after "
                  + patience.toSeconds()
                  + " s: see whether its store hangs",
              e);
      if (opened.completeExceptionally(late)) {
        throw late;
      }
      return opened.join(); // just now
    }
  }

  private KvTier await(CompletableFuture<KvTier> opened) throws TimeoutException {
    Deadline deadline = Deadline.after(patience);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return opened.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      throw unchecked(e.getCause() == null ? e : e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RuntimeException unchecked(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
  }

  private static void complete(
      CompletableFuture<KvTier> opened,
      String name,
      FoundTier found,
      Settings settings,
      TierContext context) {
    try {
      KvTier tier =
          ContextTier.open(found.loader(), () -> found.provider().open(settings, context));
      if (tier == null) {
        throw new IllegalStateException(
            "the tier '" + name + "' of " + found.where() + " opened as null");
      }
      Objects.requireNonNull(tier.capabilities(), "a tier without capabilities");
      if (!opened.complete(tier)) {
        tier.close(); // nobody waits any more
      }
    } catch (Throwable e) {
      opened.completeExceptionally(e);
    }
  }
}
