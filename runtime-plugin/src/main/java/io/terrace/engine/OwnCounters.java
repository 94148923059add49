/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.KvTier;
import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What a tier counts of itself, asked such that a tier that cannot count disturbs nobody: on a
 * thread of its own, and never again once it failed or was not back in time.
 *
 * <p>Safe for use by several threads.
 */
final class OwnCounters {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final String name;
  private final KvTier tier;
  private final EngineEvents events;
  private volatile boolean silent;

  OwnCounters(StackTier stackTier, EngineEvents events) {
    name = stackTier.name();
    tier = stackTier.tier();
    this.events = events;
  }

  /** The figures by name; none where the tier has none, or cannot say. */
  SortedMap<String, Long> figures() {
    if (silent) {
      return Collections.emptySortedMap();
    }
    FutureTask<SortedMap<String, Long>> asked =
        new FutureTask<>(() -> new TreeMap<>(tier.counters()));
    Thread.ofPlatform().daemon().name("terrace-" + name + "-counters").start(asked);
    try {
      return asked.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      asked.cancel(true);
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      silence("it failed: " + e.getCause(), e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      asked.cancel(true);
      silence("it was not back after " + PATIENCE.toSeconds() + " s", e);
    }
    return Collections.emptySortedMap();
  }

  private void silence(String why, Throwable cause) {
    silent = true;
    events.failed(
        new IllegalStateException(
            "tier '" + name + "' is not asked any more what it counts of itself: " + why, cause));
  }
}
