/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.KvTier;
import io.terrace.spi.TierContext;
import java.util.function.UnaryOperator;

/** While no fault strikes, a faulty tier is the tier that it stands round. */
final class FaultyTierContractTest extends KvTierContract {
  private final InMemoryStore store = new InMemoryStore();

  @Override
  protected KvTier open(TierContext context) {
    return new FaultyTier(new InMemoryTier(store, context)).with(Fault.BIT_FLIP, 0);
  }

  @Override
  protected KvTier reopen(TierContext context) {
    return open(context);
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
