/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness.program;

import java.util.logging.LogManager;
import java.util.logging.Logger;

/**
 * A program without a runtime. Chooses its log manager before it logs, as hosts do, and prints
 * {@code manager <class>}, then {@code agentClasses} with the plugin's class path prefix.
 */
public final class Empty {
  /** The application's own. */
  public static final class OwnLogManager extends LogManager {}

  private Empty() {}

  public static void main(String[] arguments) {
    System.setProperty("java.util.logging.manager", OwnLogManager.class.getName());
    Logger.getLogger("application").fine("started");
    System.out.println("manager " + LogManager.getLogManager().getClass().getName());
  }
}
