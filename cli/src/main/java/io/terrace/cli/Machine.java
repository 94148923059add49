/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Names of what the figures were measured on. */
final class Machine {
  private Machine() {}

  /** The processor's name and the number of cores that this JVM may use. */
  static String cpu() {
    int cores = Runtime.getRuntime().availableProcessors();
    return model() + ", " + cores + (cores == 1 ? " core" : " cores");
  }

  static String jdk() {
    return System.getProperty("java.vendor.version", System.getProperty("java.vendor", "JDK"))
        + " ("
        + Runtime.version()
        + ")";
  }

  /** Characters in a line: those of the terminal, as the script found out, within reason. */
  static int terminalWidth() {
    return Math.clamp(Integer.getInteger("terrace.columns", 100), 60, 120);
  }

  private static String model() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch"); // not Linux
    }
  }
}
