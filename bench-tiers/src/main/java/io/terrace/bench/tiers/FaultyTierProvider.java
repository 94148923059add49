/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.bench.tiers;

import io.terrace.spi.KvTier;
import io.terrace.spi.KvTierProvider;
import io.terrace.spi.TierContext;
import io.terrace.spi.config.ConfigSpec;
import io.terrace.spi.config.Option;
import io.terrace.spi.config.Settings;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * Opens the tier of type {@code faulty}: another one that fails on purpose.
 *
 * <pre>
 * tiers:
 *   nfs:
 *     type: faulty
 *     of: nfs
 *     jars: /opt/terrace/tiers/nfs
 *     settings: [root=/mnt/kv]
 *     seed: 7
 *     every: 2s
 * </pre>
 */
public final class FaultyTierProvider implements KvTierProvider {
  private static final Option<Long> SEED =
      Option.longInteger("seed", "What the times of the faults are drawn from.").defaultsTo(1L);

  private static final Option<Duration> EVERY =
      Option.duration("every", "Mean time between two faults of one kind; some are rarer.")
          .min(Duration.ofMillis(1))
          .max(Duration.ofHours(1))
          .defaultsTo(Duration.ofSeconds(2));

  private static final ConfigSpec OPTIONS =
      ConfigSpec.of(WrappedTier.OF, WrappedTier.JARS, WrappedTier.SETTINGS, SEED, EVERY);

  @Override
  public String type() {
    return "faulty";
  }

  @Override
  public ConfigSpec options() {
    return OPTIONS;
  }

  @Override
  public KvTier open(Settings settings, TierContext context) {
    Set<Fault> all = EnumSet.allOf(Fault.class);
    FaultClock clock = new FaultClock(settings.get(SEED), all, settings.get(EVERY), Ticker.SYSTEM);
    return new FaultyTier(WrappedTier.open(settings, context), clock, Ticker.SYSTEM);
  }
}
