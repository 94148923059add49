/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.bench.tiers;

import io.terrace.spi.KvTier;
import io.terrace.spi.KvTierProvider;
import io.terrace.spi.TierContext;
import io.terrace.spi.config.Option;
import io.terrace.spi.config.Settings;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * The tier that another one stands round, which names it among its own settings.
 *
 * @param loader of its classes
 */
record WrappedTier(KvTier tier, ClassLoader loader) {
  static final Option<String> OF = Option.string("of", "Type of the tier that does the work.");

  static final Option<Path> JARS =
      Option.path("jars", "The folder of that tier's jars, such as tiers/nfs beside the agent.");

  static final Option<List<String>> SETTINGS =
      Option.strings("settings", "Options of that tier, each as name=value.")
          .check("entries of the form name=value", WrappedTier::arePairs)
          .defaultsTo(List.of());

  /**
   * Opens it.
   *
   * @param settings of the tier outside, whose spec has the three options
   * @throws io.terrace.spi.config.ConfigException if there is no such tier in the folder, it keeps
   *     pages, or it refuses its own settings
   */
  static WrappedTier open(Settings settings, TierContext context) {
    String type = settings.get(OF);
    JarsLoader loader = new JarsLoader(type, jars(settings));
    KvTierProvider provider = provider(type, loader, settings);
    Settings own = Settings.of(provider.options(), pairs(settings.get(SETTINGS)));
    KvTier tier = WrappingTier.within(loader, () -> provider.open(own, context));
    if (tier.capabilities().retainsPages()) {
      tier.close();
      throw settings.refuse(OF, "a tier that stores bytes, not one that keeps pages");
    }
    return new WrappedTier(tier, loader);
  }

  private static boolean arePairs(List<String> entries) {
    return entries.stream().allMatch(entry -> entry.indexOf('=') > 0);
  }

  private static Map<String, String> pairs(List<String> entries) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String entry : entries) {
      int sign = entry.indexOf('=');
      pairs.put(entry.substring(0, sign), entry.substring(sign + 1));
    }
    return pairs;
  }

  private static List<URL> jars(Settings settings) {
    List<URL> jars = new ArrayList<>();
    try (Stream<Path> files = Files.list(settings.get(JARS))) {
      for (Path file : files.sorted().toList()) {
        if (file.toString().endsWith(".jar")) {
          jars.add(file.toUri().toURL());
        }
      }
    } catch (IOException e) {
      throw settings.refuse(JARS, "a folder that can be read (" + e + ")");
    }
    return jars;
  }

  private static KvTierProvider provider(String type, JarsLoader loader, Settings settings) {
    List<String> types = new ArrayList<>();
    for (KvTierProvider provider : ServiceLoader.load(KvTierProvider.class, loader)) {
      if (provider.type().equals(type)) {
        return provider;
      }
      types.add(provider.type());
    }
    throw settings.refuse(OF, "a tier of the folder " + settings.get(JARS) + ", it has " + types);
  }
}
