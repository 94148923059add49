/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.agent;

import io.terrace.api.AgentLink;
import io.terrace.loader.PluginLog;
import io.terrace.spi.config.ConfigException;
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
      PluginSource plugin = PluginSource.ofProcess(log);
      if (plugin.isEnabled()) {
        JlamaTransformer.install(instrumentation, new JlamaAdapters(plugin));
        connect(plugin, log);
      } else {
        log.info("off, because terrace.enabled is false");
      }
    } catch (Throwable e) {
      off(log, e);
    }
  }

  /** From now on the application's calls are answered. */
  private static void connect(PluginSource plugin, PluginLog log) {
    try {
      AgentLink.connect(plugin);
    } catch (LinkageError | IllegalStateException e) {
      log.warn(
          "calls of io.terrace.api are not answered, the copy on the class path is of another"
              + " version or connected already: "
              + e);
    }
  }

  /** Says that the plugin stays off, and why. */
  static void off(PluginLog log, Throwable cause) {
    boolean known = cause instanceof ConfigException && cause.getMessage() != null;
    log.warn("off, the application runs without it: " + (known ? cause.getMessage() : cause));
  }
}
