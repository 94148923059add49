/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders with all that is in them. */
final class Trees {
  private Trees() {}

  /** Everything below a folder, and the folder, deepest first; nothing if it is not there. */
  static List<Path> all(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(folder)) {
      return all.sorted(Comparator.reverseOrder()).toList();
    }
  }

  static void delete(Path folder) throws IOException {
    for (Path each : all(folder)) {
      Files.deleteIfExists(each);
    }
  }

  /** Files below a folder whose names end so. */
  static List<Path> ending(Path folder, String suffix) throws IOException {
    return all(folder).stream().filter(file -> file.toString().endsWith(suffix)).toList();
  }
}
