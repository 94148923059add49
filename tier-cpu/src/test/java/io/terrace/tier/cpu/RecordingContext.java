/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.cpu;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.EvictionPolicy;
import io.terrace.spi.KvTier;
import io.terrace.spi.TierContext;
import io.terrace.spi.eviction.EvictionPolicies;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Notes what a tier gives up, and that it holds no lock when it says so. */
final class RecordingContext implements TierContext {
  private final List<ChunkKey> evicted = new CopyOnWriteArrayList<>();
  private @Nullable KvTier tier;

  /** The tier to ask from another thread whenever it gives up a chunk. */
  void watch(KvTier watched) {
    tier = watched;
  }

  List<ChunkKey> evicted() {
    return evicted;
  }

  @Override
  public long pageBudgetBytes() {
    return 1 << 20;
  }

  @Override
  public EvictionPolicy evictionPolicy(String name, long capacityBytes) {
    return EvictionPolicies.open(name, capacityBytes, List.of());
  }

  @Override
  public void evicted(ChunkKey key) {
    evicted.add(key);
    if (tier != null) {
      askFromAnotherThread(tier, key);
    }
  }

  private static void askFromAnotherThread(KvTier tier, ChunkKey key) {
    FutureTask<Boolean> question = new FutureTask<>(() -> tier.contains(key, Deadline.NEVER));
    Thread.ofVirtual().start(question);
    try {
      if (question.get(20, TimeUnit.SECONDS)) {
        throw new AssertionError("given up, and still here: " + key);
      }
    } catch (TimeoutException e) {
      throw new AssertionError("evicted() was called with the tier's lock held", e);
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }
}
