/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.sample;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Makes a model's folder as a whole or not at all: it is filled under another name beside its place
 * and moved there. Safe for concurrent use, by threads and by processes that share a file system.
 */
public final class ModelFolder {
  /** Where Jlama looks for the weights. */
  public static final String WEIGHTS = "model.safetensors";

  private static final String UNFINISHED = ".unfinished-";

  /** What was left behind by a killed process is removed after this time. */
  private static final Duration UNFINISHED_KEPT = Duration.ofHours(1);

  /** Writes the files of a folder. */
  @FunctionalInterface
  public interface Filler {
    /** Fills a folder that is empty and nobody else's. */
    void fill(Path folder) throws IOException;
  }

  private ModelFolder() {}

  /**
   * Makes a folder. After an exception or an interrupt nothing is left.
   *
   * @param folder the folder to make; parents are made, an empty folder is replaced
   * @return {@code folder}
   * @throws FileAlreadyExistsException if {@code folder} is there and not empty
   * @throws IOException if writing fails
   */
  public static Path make(Path folder, Filler filler) throws IOException {
    Path target = folder.toAbsolutePath();
    refuseContent(target);
    Path parent = target.getParent();
    if (parent == null) {
      throw new NotDirectoryException(folder + " has no parent to write beside");
    }
    Files.createDirectories(parent);
    // Not as a temporary folder, which only its owner could read for ever.
    Path unfinished =
        Files.createDirectory(
            parent.resolve("." + target.getFileName() + UNFINISHED + UUID.randomUUID()));
    try {
      filler.fill(unfinished);
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      deleteTree(unfinished);
    }
    return folder;
  }

  /**
   * Makes a folder that others may be making at the same time: whoever finds it missing makes it,
   * one of the results stays, and it is as good as the others. What a killed process left of it is
   * cleared away.
   *
   * @throws IOException if writing fails and nobody else made the folder
   */
  public static Path makeOnce(Path folder, Filler filler) throws IOException {
    if (Files.exists(folder.resolve(WEIGHTS))) {
      return folder;
    }
    removeAbandoned(folder);
    try {
      return make(folder, filler);
    } catch (IOException e) {
      if (!Files.exists(folder.resolve(WEIGHTS))) {
        throw e;
      }
      return folder; // another caller was faster, and a move onto its full folder fails
    }
  }

  private static void refuseContent(Path target) throws IOException {
    if (!Files.exists(target)) {
      return;
    }
    try (Stream<Path> entries = Files.list(target)) {
      if (entries.findAny().isPresent()) {
        throw new FileAlreadyExistsException(
            target.toString(), null, "not empty; name a new folder");
      }
    }
  }

  private static void removeAbandoned(Path folder) throws IOException {
    Path parent = folder.toAbsolutePath().getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      return;
    }
    Instant limit = Instant.now().minus(UNFINISHED_KEPT);
    String prefix = "." + folder.getFileName() + UNFINISHED;
    List<Path> abandoned;
    try (Stream<Path> entries = Files.list(parent)) {
      abandoned =
          entries.filter(entry -> entry.getFileName().toString().startsWith(prefix)).toList();
    }
    for (Path left : abandoned) {
      if (Files.getLastModifiedTime(left).toInstant().isBefore(limit)) {
        deleteTree(left);
      }
    }
  }

  private static void deleteTree(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> entries = Files.walk(folder)) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(entry);
      }
    }
  }
}
