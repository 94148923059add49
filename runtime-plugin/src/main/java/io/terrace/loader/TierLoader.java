/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import io.terrace.config.PluginConfig;
import io.terrace.engine.ChunkCoding;
import io.terrace.engine.ChunkDecoder;
import io.terrace.engine.ChunkEncoder;
import io.terrace.engine.StackTier;
import io.terrace.spi.KvTier;
import io.terrace.spi.KvTierProvider;
import io.terrace.spi.TierContext;
import io.terrace.spi.config.ConfigException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** Finds tiers by their type name through {@link ServiceLoader}. */
final class TierLoader {
  private static final ChunkCoding CODING =
      new ChunkCoding() {
        @Override
        public ChunkEncoder encoder() {
          throw new UnsupportedOperationException();
        }

        @Override
        public ChunkDecoder decoder() {
          throw new UnsupportedOperationException();
        }
      };

  private final TreeMap<String, KvTierProvider> providers = new TreeMap<>();

  /**
   * A provider that cannot be loaded is told of and left out: it may be one that nobody asks for.
   */
  TierLoader(ClassLoader loader, PluginLog log) {
    Iterator<KvTierProvider> found = ServiceLoader.load(KvTierProvider.class, loader).iterator();
    boolean more = true;
    while (more) {
      try {
        more = found.hasNext();
        if (more) {
          KvTierProvider provider = found.next();
          providers.put(provider.type(), provider);
        }
      } catch (RuntimeException | ServiceConfigurationError | LinkageError e) {
        log.warn("a tier is left out, it cannot be loaded: " + e);
      }
    }
  }

  /**
   * Opens the tiers of the stack, fastest first.
   *
   * @throws ConfigException if the stack names a tier that is not installed, or one that cannot be
   *     opened or stand where it does; those opened before it are closed
   */
  List<StackTier> open(PluginConfig config, TierContext context) {
    List<StackTier> tiers = new ArrayList<>();
    try {
      for (String name : config.stack()) {
        KvTier tier = open(name, config, context);
        tiers.add(new StackTier(name, tier, CODING, Duration.ofSeconds(2)));
        if (tiers.size() > 1 && tier.capabilities().retainsPages()) {
          throw new ConfigException(
              List.of("'stack' is " + config.stack() + ": '" + name + "' has to come first"));
        }
      }
      return tiers;
    } catch (RuntimeException | Error e) {
      tiers.forEach(tier -> tier.tier().close());
      throw e;
    }
  }

  private KvTier open(String type, PluginConfig config, TierContext context) {
    KvTierProvider provider = providers.get(type);
    if (provider == null) {
      throw new ConfigException(
          List.of(
              "'stack' names the tier '"
                  + type
                  + "', which is not installed: there are "
                  + providers.navigableKeySet()));
    }
    return provider.open(config.tierSettings(type, provider.options()), context);
  }
}
