/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.agent;

import io.terrace.agent.jlama.JlamaHooks;
import io.terrace.config.ConfigLoader;
import io.terrace.config.ConfigSources;
import io.terrace.config.PluginConfig;
import io.terrace.loader.PluginLog;
import io.terrace.loader.TerracePlugin;
import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;

/**
 * Entry point of {@code -javaagent:terrace-agent.jar}. Its configuration has its own sources:
 * arguments are ignored, with a warning.
 *
 * <p>Never throws: an application must start as it would without the plugin, whatever is wrong with
 * the plugin's configuration or with the runtime that it finds.
 */
public final class TerraceAgent {
  private TerraceAgent() {}

  /** Called by the JVM before the application's main method. */
  public static void premain(@Nullable String arguments, Instrumentation instrumentation) {
    PluginLog log = new PluginLog(System.err);
    if (arguments != null && !arguments.isEmpty()) {
      log.warn("the agent takes no arguments, ignored: '" + arguments + "' (see terrace.yaml)");
    }
    try {
      PluginConfig config = ConfigLoader.load(ConfigSources.ofProcess()).config();
      if (!config.enabled()) {
        log.info("off, because terrace.enabled is false");
        return;
      }
      TerracePlugin plugin = new TerracePlugin(config, log);
      JlamaAdapters adapters = new JlamaAdapters(plugin);
      JlamaHooks.connect(adapters::forLoader, plugin::failed);
      JlamaTransformer.install(instrumentation, adapters, log);
    } catch (Throwable e) {
      log.warn("off, the application runs without it: " + e.getMessage());
    }
  }
}
