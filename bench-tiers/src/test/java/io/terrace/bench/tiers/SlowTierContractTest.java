/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.bench.tiers;

import io.terrace.spi.KvTier;

/** Behind a link a tier is the tier that it was. */
final class SlowTierContractTest extends WrappingTierContract {
  private static final long LATENCY_NANOS = 20_000;
  private static final long BANDWIDTH = 4_000_000_000L;

  @Override
  KvTier around(WrappedTier wrapped) {
    return new SlowTier(wrapped, new Link(LATENCY_NANOS, BANDWIDTH, Ticker.SYSTEM));
  }
}
