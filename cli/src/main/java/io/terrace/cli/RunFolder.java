/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * One run's folder: the compiled program, logs, and what Jlama leaves in its temporary folder (it
 * maps a file for each part of a session's memory and never deletes it).
 */
record RunFolder(Path folder) {
  static RunFolder create() {
    try {
      Path folder = Files.createTempDirectory("terrace-demo-");
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
    deleteBelow(temporary());
  }

  void delete() {
    deleteBelow(folder);
    folder.toFile().delete();
  }

  private static void deleteBelow(Path root) {
    List<Path> entries;
    try (Stream<Path> tree = Files.walk(root)) {
      entries = tree.sorted(Comparator.reverseOrder()).filter(path -> !path.equals(root)).toList();
    } catch (IOException | UncheckedIOException e) {
      return; // a killed program may still be deleting; the operating system clears the rest
    }
    for (Path entry : entries) {
      entry.toFile().delete();
    }
  }
}
