/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.agent;

import io.terrace.api.AgentCalls;
import io.terrace.api.LastRequest;
import io.terrace.config.ConfigLoader;
import io.terrace.config.ConfigSources;
import io.terrace.config.PluginConfig;
import io.terrace.loader.PluginLog;
import io.terrace.loader.TerracePlugin;
import io.terrace.spi.config.ConfigException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The plugin of this process, made when a runtime is there that needs it: most processes that an
 * agent is given to (build tools, launchers) never load one, and should not pay for it.
 *
 * <p>Safe for use by several threads.
 */
final class PluginSource implements AgentCalls {
  private final PluginLog log;
  private final Map<String, String> properties; // as they were at the start
  private @Nullable PluginConfig config;
  private @Nullable TerracePlugin plugin;
  private boolean failed;

  private PluginSource(PluginLog log, Map<String, String> properties) {
    this.log = log;
    this.properties = properties;
  }

  /**
   * Takes note of what the process was started with. Where something is configured it is read at
   * once, so that a mistake in it is told at the start.
   *
   * @throws ConfigException if the configuration is not allowed
   */
  static PluginSource ofProcess(PluginLog log) {
    PluginSource source =
        new PluginSource(log, ConfigSources.texts(System.getProperties(), "terrace."));
    if (ConfigSources.isConfigured(source.properties)) {
      source.config();
    }
    return source;
  }

  /** Whether the configuration lets the plugin do anything. */
  boolean isEnabled() {
    PluginConfig read = config;
    return read == null || read.enabled();
  }

  PluginLog log() {
    return log;
  }

  /**
   * The plugin; null, and told once, if it cannot be made.
   *
   * @param runtime the class loader of the runtime that asks: the first one's is where tiers of the
   *     application are looked for
   */
  synchronized @Nullable TerracePlugin get(ClassLoader runtime) {
    if (plugin == null && !failed) {
      try {
        plugin = new TerracePlugin(config(), log, runtime);
      } catch (Throwable e) {
        failed = true;
        TerraceAgent.off(log, e);
      }
    }
    return plugin;
  }

  /** A failure of ours that a request did not notice. */
  void failed(Throwable failure) {
    TerracePlugin made = made();
    if (made != null) {
      made.failed(failure);
    } else {
      log.warnOnce("early " + failure.getClass(), "failed before the plugin was there: " + failure);
    }
  }

  private synchronized @Nullable TerracePlugin made() {
    return plugin;
  }

  /** Until something turns the plugin off, even before a runtime is there that needs it. */
  @Override
  public synchronized boolean isActive() {
    return !failed && isEnabled();
  }

  @Override
  public @Nullable LastRequest lastRequest() {
    TerracePlugin made = made();
    return made == null ? null : made.lastRequest();
  }

  @Override
  public @Nullable LastRequest lastRequestOfThread() {
    TerracePlugin made = made();
    return made == null ? null : made.lastRequestOfThread();
  }

  @Override
  public boolean prefetch(Object model, int[] promptTokens) {
    TerracePlugin made = made();
    return made != null && made.prefetch(model, promptTokens);
  }

  private synchronized PluginConfig config() {
    PluginConfig read = config;
    if (read == null) {
      read = ConfigLoader.load(ConfigSources.ofProcess(properties)).config();
      config = read;
    }
    return read;
  }
}
