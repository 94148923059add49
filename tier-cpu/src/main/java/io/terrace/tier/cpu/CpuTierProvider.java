/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.cpu;

import io.terrace.spi.EvictionPolicy;
import io.terrace.spi.KvTier;
import io.terrace.spi.KvTierProvider;
import io.terrace.spi.TierContext;
import io.terrace.spi.config.ConfigSpec;
import io.terrace.spi.config.Option;
import io.terrace.spi.config.Settings;
import io.terrace.spi.eviction.HitDensity;

/** Opens the tier of type {@code cpu}: chunks in CPU memory, without a copy. */
public final class CpuTierProvider implements KvTierProvider {
  static final Option<Long> CAPACITY =
      Option.bytes("capacity", "Memory of the pages that the tier keeps, within pool.bytes.")
          .min(1L << 20)
          .computed("all of pool.bytes", 1L << 30);

  static final Option<String> EVICTION =
      Option.string(
              "eviction",
              "Which chunks go when the tier is full: 'hit-density' learns how soon chunks are used"
                  + " again, 'lru' takes the ones least recently used; or another policy by its name.")
          .defaultsTo(HitDensity.NAME);

  private static final ConfigSpec OPTIONS = ConfigSpec.of(CAPACITY, EVICTION);

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
    EvictionPolicy policy;
    try {
      policy = context.evictionPolicy(settings.get(EVICTION), capacity);
    } catch (IllegalArgumentException e) {
      throw settings.refuse(EVICTION, String.valueOf(e.getMessage()));
    }
    return new CpuTier(capacity, policy, context.clock(), context);
  }
}
