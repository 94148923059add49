/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.EvictionPolicy;
import io.terrace.spi.TierContext;
import io.terrace.spi.eviction.EvictionPolicies;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Notes what a tier gives up. */
public final class RecordingContext implements TierContext {
  private final long pageBudgetBytes;
  private final List<ChunkKey> evicted = new CopyOnWriteArrayList<>();
  private volatile Consumer<ChunkKey> whenEvicted = key -> {};

  /** A context with room for pages of 1 GiB. */
  public RecordingContext() {
    this(1L << 30);
  }

  /**
   * @param pageBudgetBytes what a tier is told that all pages may take
   */
  public RecordingContext(long pageBudgetBytes) {
    this.pageBudgetBytes = pageBudgetBytes;
  }

  /** What is done, beside taking a note, whenever the tier gives up a chunk. */
  public void onEvicted(Consumer<ChunkKey> action) {
    whenEvicted = action;
  }

  /** What was given up, oldest first, as often as the tier told it. */
  public List<ChunkKey> evicted() {
    return evicted;
  }

  @Override
  public long pageBudgetBytes() {
    return pageBudgetBytes;
  }

  @Override
  public EvictionPolicy evictionPolicy(String name, long capacityBytes) {
    return EvictionPolicies.open(name, capacityBytes, List.of());
  }

  @Override
  public void evicted(ChunkKey key) {
    evicted.add(key);
    whenEvicted.accept(key);
  }
}
