/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.EvictionPolicy;
import io.terrace.spi.TierContext;
import io.terrace.spi.eviction.EvictionPolicies;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the engine gives to one tier.
 *
 * @param whenEvicted is told what the tier gave up
 */
record GivenContext(long pageBudgetBytes, Consumer<ChunkKey> whenEvicted) implements TierContext {
  @Override
  public EvictionPolicy evictionPolicy(String name, long capacityBytes) {
    return EvictionPolicies.open(name, capacityBytes, List.of());
  }

  @Override
  public void evicted(ChunkKey key) {
    whenEvicted.accept(key);
  }
}
