/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a program wrote to standard error, for the message about its end. */
record LogFile(Path file) {
  private static final int LAST_LINES = 12;

  String pointer() {
    return "\n  its log: " + file;
  }

  /** The last lines, indented, and the file's name. */
  String lastLines() {
    try {
      // Not readAllLines: a program that crashed may leave bytes that are not UTF-8.
      List<String> lines =
          new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
      List<String> last = lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
      return "\n    " + String.join("\n    ", last) + pointer();
    } catch (IOException e) {
      return pointer() + " (unreadable: " + Messages.why(e, file) + ")";
    }
  }
}
