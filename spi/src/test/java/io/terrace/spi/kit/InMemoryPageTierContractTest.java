/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.KvTier;
import io.terrace.spi.TierContext;

/** The reference of tiers that keep pages. */
final class InMemoryPageTierContractTest extends KvTierContract {
  @Override
  protected KvTier open(TierContext context) {
    return new InMemoryPageTier(context);
  }

  @Override
  protected KvTier openWithRoomFor(int chunks, TierContext context) {
    return new InMemoryPageTier(context, (long) chunks * TestChunks.SMALL.pageBytes());
  }
}
