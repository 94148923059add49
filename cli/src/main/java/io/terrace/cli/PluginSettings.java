/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.config.ConfigLoader;
import io.terrace.config.ConfigSources;
import io.terrace.config.PluginConfig;
import io.terrace.spi.config.ConfigException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a server's plugin will read, read here before the server starts. */
final class PluginSettings {
  private PluginSettings() {}

  /**
   * Reads the configuration as the plugin will.
   *
   * @param config a file; null for the one that the plugin finds by itself
   * @param settings keys of {@code terrace.yaml} and values that go before what it says
   * @throws CliException that says what is wrong with it, which would turn the plugin off
   */
  static PluginConfig read(@Nullable Path config, Map<String, String> settings) {
    Map<String, String> properties = new LinkedHashMap<>(ConfigOptions.properties(config));
    settings.forEach((key, value) -> properties.put("terrace." + key, value));
    try {
      return ConfigLoader.load(ConfigSources.ofProcess(properties)).config();
    } catch (ConfigException e) {
      throw CliException.badInput(String.valueOf(e.getMessage()));
    }
  }
}
