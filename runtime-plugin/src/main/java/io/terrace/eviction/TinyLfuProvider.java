/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.eviction;

import io.terrace.spi.EvictionPolicy;
import io.terrace.spi.EvictionPolicyProvider;

/** Makes {@code w-tinylfu}. */
public final class TinyLfuProvider implements EvictionPolicyProvider {
  @Override
  public String name() {
    return TinyLfu.NAME;
  }

  @Override
  public EvictionPolicy open(long capacityBytes) {
    return new TinyLfu(capacityBytes);
  }
}
