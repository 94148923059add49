/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.example;

import io.terrace.spi.KvTier;
import io.terrace.spi.TierContext;
import io.terrace.spi.kit.KvTierContract;

/** The example in the README keeps every rule. */
final class MapTierContractTest extends KvTierContract {
  @Override
  protected KvTier open(TierContext context) {
    return new MapTier();
  }
}
