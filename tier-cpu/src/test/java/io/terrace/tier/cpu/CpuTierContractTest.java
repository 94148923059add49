/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.cpu;

import io.terrace.spi.KvTier;
import io.terrace.spi.TierContext;
import io.terrace.spi.eviction.LeastRecentlyUsed;
import io.terrace.spi.kit.KvTierContract;
import io.terrace.spi.kit.TestChunks;
import java.time.InstantSource;

/** The rules that every tier keeps. */
final class CpuTierContractTest extends KvTierContract {
  @Override
  protected KvTier open(TierContext context) {
    return open(context.pageBudgetBytes(), context);
  }

  @Override
  protected KvTier openWithRoomFor(int chunks, TierContext context) {
    return open((long) chunks * TestChunks.SMALL.pageBytes(), context);
  }

  private static KvTier open(long capacityBytes, TierContext context) {
    return new CpuTier(capacityBytes, new LeastRecentlyUsed(), InstantSource.system(), context);
  }
}
