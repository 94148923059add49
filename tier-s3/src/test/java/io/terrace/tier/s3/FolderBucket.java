/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a server keeps in a folder, below a prefix: objects can be made old. */
record FolderBucket(URI endpoint, Path folder, String prefix) {
  Opened opened() {
    return Opened.at(endpoint, prefix);
  }

  ObjectNames names() {
    return new ObjectNames(prefix);
  }

  Path file(String object) {
    return folder.resolve(TestBucket.NAME).resolve(object);
  }

  void age(String object, Duration age) throws IOException {
    age(file(object), age);
  }

  static void age(Path file, Duration age) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
  }

  /** The names of all objects below a prefix that ends with a slash. */
  List<String> objects(String below) throws IOException {
    Path top = file(below);
    if (!Files.exists(top)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(top)) {
      return files.map(file -> below + file.getFileName()).sorted().toList();
    }
  }

  /** Every file that the server keeps, of all prefixes. */
  Set<Path> everything() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).collect(Collectors.toSet());
    }
  }

  int chunks() throws IOException {
    return objects(names().chunks()).size();
  }

  /** The logs of uses; there is one of each instance that wrote one. */
  List<String> logs() throws IOException {
    return objects(names().uses());
  }

  void ageLogs(Duration age) throws IOException {
    for (String log : logs()) {
      age(log, age);
    }
  }

  void removeLogs() throws IOException {
    for (String log : logs()) {
      Files.delete(file(log));
    }
  }
}
