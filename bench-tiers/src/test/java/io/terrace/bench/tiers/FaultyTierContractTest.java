/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.bench.tiers;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.KvTier;
import io.terrace.spi.TierContext;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.kit.InMemoryStore;
import io.terrace.spi.kit.InMemoryTier;
import io.terrace.spi.kit.KvTierContract;
import io.terrace.spi.kit.TestChunks;
import java.time.Duration;
import java.util.Set;
import java.util.function.UnaryOperator;

/** While no fault strikes a tier is the tier that it was. */
final class FaultyTierContractTest extends KvTierContract {
  private final InMemoryStore store = new InMemoryStore();

  private static KvTier around(InMemoryStore store, TierContext context) {
    ClassLoader loader = FaultyTierContractTest.class.getClassLoader();
    WrappedTier wrapped = new WrappedTier(new InMemoryTier(store, context), loader);
    FaultClock never = new FaultClock(1, Set.of(), Duration.ofSeconds(1), Ticker.SYSTEM);
    return new FaultyTier(wrapped, never, Ticker.SYSTEM);
  }

  @Override
  protected KvTier open(TierContext context) {
    return around(store, context);
  }

  @Override
  protected KvTier reopen(TierContext context) {
    return around(store, context);
  }

  @Override
  protected KvTier openWithRoomFor(int chunks, TierContext context) {
    long bytes = (long) ChunkHeader.BYTES + TestChunks.SMALL.pageBytes();
    return around(new InMemoryStore(chunks * bytes), context);
  }

  @Override
  protected boolean damage(ChunkKey key, UnaryOperator<byte[]> change) {
    return store.damage(key, change);
  }

  @Override
  protected boolean setBroken(boolean broken) {
    store.setBroken(broken);
    return true;
  }
}
