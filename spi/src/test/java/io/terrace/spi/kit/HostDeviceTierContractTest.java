/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.KvTier;
import io.terrace.spi.TierContext;

/** A tier with a path to a device keeps the rules of host memory as well. */
final class HostDeviceTierContractTest extends KvTierContract {
  private final InMemoryStore store = new InMemoryStore();
  private final HostDevice device = new HostDevice();

  @Override
  protected KvTier open(TierContext context) {
    return new HostDeviceTier(new InMemoryTier(store, context), device);
  }

  @Override
  protected KvTier reopen(TierContext context) {
    return open(context);
  }

  @Override
  protected TestDevice device() {
    return device;
  }
}
