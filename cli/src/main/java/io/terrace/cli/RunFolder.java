/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One run's folder: the compiled program, logs, and what Jlama leaves in its temporary folder (it
 * maps a file for each part of a session's memory and never deletes it).
 */
record RunFolder(Path folder) {
  /** How the names of this process's folders begin. */
  static String prefix() {
    return "terrace-run-" + ProcessHandle.current().pid() + "-";
  }

  static RunFolder create() {
    try {
      Path folder = Files.createTempDirectory(prefix());
      Files.createDirectories(folder.resolve("tmp"));
      Files.createDirectories(folder.resolve("classes"));
      return new RunFolder(folder);
    } catch (IOException e) {
      throw CliException.failed(
          "no folder can be made in "
              + System.getProperty("java.io.tmpdir")
              + " (set -Djava.io.tmpdir): "
              + e.getMessage());
    }
  }

  Path classes() {
    return folder.resolve("classes");
  }

  Path temporary() {
    return folder.resolve("tmp");
  }

  /** A configuration file without a key, for a program that is to take no other. */
  Path emptyConfiguration() {
    Path file = folder.resolve("terrace.yaml");
    try {
      return Files.writeString(file, "# All settings of this program are on its command line.\n");
    } catch (IOException e) {
      throw CliException.failed("cannot write " + file + ": " + e.getMessage());
    }
  }

  Path log(String name) {
    return folder.resolve(name + ".log");
  }

  /** Frees what Jlama left; hundreds of megabytes after a few long prompts. */
  void emptyTemporary() {
    Folders.deleteBelow(temporary());
  }

  void delete() {
    Folders.delete(folder);
  }
}
