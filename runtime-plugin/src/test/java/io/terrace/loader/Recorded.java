/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;

/** A log whose lines a test can read. */
final class Recorded {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final PluginLog log = new PluginLog(new PrintStream(out, true, UTF_8));

  PluginLog log() {
    return log;
  }

  /** What was logged, without the plugin's own prefix. */
  List<String> lines() {
    return out.toString(UTF_8).lines().map(line -> line.replaceFirst("^\\[terrace] ", "")).toList();
  }
}
