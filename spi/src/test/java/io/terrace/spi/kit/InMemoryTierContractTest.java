/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.KvTier;
import io.terrace.spi.TierContext;
import io.terrace.spi.format.ChunkHeader;
import java.util.function.UnaryOperator;

/** The reference tier, with every hook of the contract. */
final class InMemoryTierContractTest extends KvTierContract {
  private final InMemoryStore store = new InMemoryStore();

  @Override
  protected KvTier open(TierContext context) {
    return new InMemoryTier(store, context);
  }

  @Override
  protected KvTier reopen(TierContext context) {
    return new InMemoryTier(store, context);
  }

  @Override
  protected KvTier openWithRoomFor(int chunks, TierContext context) {
    long bytes = (long) ChunkHeader.BYTES + TestChunks.SMALL.pageBytes();
    return new InMemoryTier(new InMemoryStore(chunks * bytes), context);
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
