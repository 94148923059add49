/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.bench.tiers;

import io.terrace.spi.KvTier;
import io.terrace.spi.KvTierProvider;
import io.terrace.spi.TierContext;
import io.terrace.spi.config.ConfigSpec;
import io.terrace.spi.config.Option;
import io.terrace.spi.config.Settings;
import java.time.Duration;

/**
 * Opens the tier of type {@code slow}: another one, with latency added and bandwidth limited.
 *
 * <pre>
 * tiers:
 *   nfs:
 *     type: slow
 *     of: nfs
 *     jars: /opt/terrace/tiers/nfs
 *     settings: [root=/mnt/kv]
 *     latency: 20ms
 *     bandwidth: 50MB
 * </pre>
 */
public final class SlowTierProvider implements KvTierProvider {
  private static final Option<Duration> LATENCY =
      Option.duration("latency", "What every call takes before anything moves.")
          .max(Duration.ofMinutes(1))
          .defaultsTo(Duration.ofMillis(20));

  private static final Option<Long> BANDWIDTH =
      Option.bytes("bandwidth", "What moves in a second, to and from the tier together.")
          .min(1_000L)
          .defaultsTo(50_000_000L);

  private static final ConfigSpec OPTIONS =
      ConfigSpec.of(WrappedTier.OF, WrappedTier.JARS, WrappedTier.SETTINGS, LATENCY, BANDWIDTH);

  @Override
  public String type() {
    return "slow";
  }

  @Override
  public ConfigSpec options() {
    return OPTIONS;
  }

  @Override
  public KvTier open(Settings settings, TierContext context) {
    long latencyNanos = settings.get(LATENCY).toNanos();
    Link link = new Link(latencyNanos, settings.get(BANDWIDTH), Ticker.SYSTEM);
    return new SlowTier(WrappedTier.open(settings, context), link);
  }
}
