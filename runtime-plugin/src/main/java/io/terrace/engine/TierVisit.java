/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.Deadline;
import java.time.Duration;
import java.util.List;

/**
 * One request's reads of a tier, which together take no longer than the tier's timeout: the time
 * that other tiers take in between does not count. Used by one thread.
 */
final class TierVisit {
  private final StoredTier tier;
  private long leftNanos;

  TierVisit(StoredTier tier) {
    this.tier = tier;
    leftNanos = tier.timeout().toNanos();
  }

  StoredTier tier() {
    return tier;
  }

  /** As {@link StoredTier#load}; nothing once the request's time for this tier is spent. */
  int load(List<ChunkLoad> loads) {
    if (leftNanos <= 0) {
      return 0;
    }
    long start = System.nanoTime();
    try {
      return tier.load(loads, Deadline.after(Duration.ofNanos(leftNanos)));
    } finally {
      leftNanos -= System.nanoTime() - start;
    }
  }
}
