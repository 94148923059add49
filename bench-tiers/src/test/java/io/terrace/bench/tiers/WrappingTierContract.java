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

/** The contract, for a tier that stands round the reference. */
abstract class WrappingTierContract extends KvTierContract {
  private final InMemoryStore store = new InMemoryStore();

  /** The tier under test round another one. */
  abstract KvTier around(WrappedTier wrapped);

  private KvTier around(InMemoryStore kept, TierContext context) {
    ClassLoader loader = WrappingTierContract.class.getClassLoader();
    return around(new WrappedTier(new InMemoryTier(kept, context), loader));
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
