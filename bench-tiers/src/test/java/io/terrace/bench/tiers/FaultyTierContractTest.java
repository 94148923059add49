/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.bench.tiers;

import io.terrace.spi.KvTier;
import java.time.Duration;
import java.util.Set;

/** While no fault strikes a tier is the tier that it was. */
final class FaultyTierContractTest extends WrappingTierContract {
  @Override
  KvTier around(WrappedTier wrapped) {
    FaultClock never = new FaultClock(1, Set.of(), Duration.ofSeconds(1), Ticker.SYSTEM);
    return new FaultyTier(wrapped, never, Ticker.SYSTEM);
  }
}
