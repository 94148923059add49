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
import java.util.function.UnaryOperator;

/** Behind a link a tier is the tier that it was. */
final class SlowTierContractTest extends KvTierContract {
  private static final long LATENCY_NANOS = 20_000;
  private static final long BANDWIDTH = 4_000_000_000L;

  private final InMemoryStore store = new InMemoryStore();

  private static KvTier behindLink(InMemoryStore store, TierContext context) {
    ClassLoader loader = SlowTierContractTest.class.getClassLoader();
    WrappedTier wrapped = new WrappedTier(new InMemoryTier(store, context), loader);
    return new SlowTier(wrapped, new Link(LATENCY_NANOS, BANDWIDTH, Ticker.SYSTEM));
  }

  @Override
  protected KvTier open(TierContext context) {
    return behindLink(store, context);
  }

  @Override
  protected KvTier reopen(TierContext context) {
    return behindLink(store, context);
  }

  @Override
  protected KvTier openWithRoomFor(int chunks, TierContext context) {
    long bytes = (long) ChunkHeader.BYTES + TestChunks.SMALL.pageBytes();
    return behindLink(new InMemoryStore(chunks * bytes), context);
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
