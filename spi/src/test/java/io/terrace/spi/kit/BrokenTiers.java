/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import java.util.ArrayList;
import java.util.List;

/** Tiers that break one rule each: they test the contract, which must find every one of them. */
final class BrokenTiers {
  private BrokenTiers() {}

  static List<BrokenTier> all() {
    List<BrokenTier> all = new ArrayList<>();
    all.addAll(BrokenReaders.all());
    all.addAll(BrokenDelivery.all());
    all.addAll(BrokenBatches.all());
    all.addAll(BrokenWriters.all());
    all.addAll(BrokenKeepers.all());
    all.addAll(BrokenPages.all());
    all.addAll(BrokenDevices.all());
    all.addAll(BrokenTimes.all());
    all.addAll(BrokenSelf.all());
    return all;
  }
}
