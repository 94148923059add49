/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.cpu;

import io.terrace.spi.KvTier;
import io.terrace.spi.KvTierProvider;
import io.terrace.spi.TierContext;
import io.terrace.spi.config.ConfigSpec;
import io.terrace.spi.config.Option;
import io.terrace.spi.config.Settings;
import java.time.InstantSource;

/** Opens the tier of type {@code cpu}: chunks in CPU memory, without a copy. */
public final class CpuTierProvider implements KvTierProvider {
  static final Option<Long> CAPACITY =
      Option.bytes("capacity", "Memory of the pages that the tier keeps, within pool.bytes.")
          .min(1L << 20)
          .computed("all of pool.bytes", 1L << 30);

  private static final ConfigSpec OPTIONS = ConfigSpec.of(CAPACITY);

  @Override
  public String type() {
    return "cpu";
  }

  @Override
  public ConfigSpec options() {
    return OPTIONS;
  }

  @Override
  public KvTier open(Settings settings, TierContext context) {
    long capacity = settings.find(CAPACITY).orElse(context.pageBudgetBytes());
    return new CpuTier(capacity, new LeastRecentlyUsed(), InstantSource.system(), context);
  }
}
