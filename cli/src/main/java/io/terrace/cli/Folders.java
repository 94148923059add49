/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Clears away folders that a command made for itself. */
final class Folders {
  private Folders() {}

  /** Deletes what is in a folder, as far as that can be done. */
  static void deleteBelow(Path root) {
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

  /** Deletes a folder and what is in it. */
  static void delete(Path root) {
    deleteBelow(root);
    root.toFile().delete();
  }
}
