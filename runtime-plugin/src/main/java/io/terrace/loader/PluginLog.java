/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import java.io.PrintStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The plugin's own log, on standard error. Not a logging framework: an agent runs before the
 * application, and touching {@code java.util.logging} there would take the choice of a log manager
 * from it.
 *
 * <p>Safe for use by several threads.
 */
public final class PluginLog {
  private final PrintStream out;
  private final Set<String> said = ConcurrentHashMap.newKeySet();

  public PluginLog(PrintStream out) {
    this.out = out;
  }

  /** Something a user may want to know, once at start or at a first. */
  public void info(String message) {
    out.println("[terrace] INFO " + message);
  }

  /** Something that helps to find out why. */
  public void debug(String message) {
    out.println("[terrace] DEBUG " + message);
  }

  /** Something that was asked for and is not there. */
  public void error(String message) {
    out.println("[terrace] ERROR " + message);
  }

  /** Something a human should act on. */
  public void warn(String message) {
    out.println("[terrace] WARN " + message);
  }

  /** As {@link #warn(String)}, but only the first time for each topic. */
  public void warnOnce(String topic, String message) {
    if (said.add(topic)) {
      warn(message);
    }
  }

  /** As {@link #info(String)}, but only the first time for each topic. */
  public void infoOnce(String topic, String message) {
    if (said.add(topic)) {
      info(message);
    }
  }
}
