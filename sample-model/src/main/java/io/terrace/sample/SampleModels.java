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
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes model folders that Jlama 0.8.4 loads. Equal geometry and seed give equal bytes on every
 * machine. Safe for concurrent use, by threads and by processes that share a file system: a folder
 * is made under another name beside its place and moved there as a whole.
 */
public final class SampleModels {

  /**
   * Part of a cached folder's name: to be raised when the same geometry and seed give new bytes.
   */
  static final int FORMAT_VERSION = 1;

  private static final String MODEL_FILE = "model.safetensors";
  private static final String UNFINISHED = ".unfinished-";

  /** What was left behind by a killed process is removed after this time. */
  private static final Duration UNFINISHED_KEPT = Duration.ofHours(1);

  private SampleModels() {}

  /**
   * Makes a model folder: config.json, tokenizer.json, tokenizer_config.json, model.safetensors.
   * After an exception or an interrupt nothing is left.
   *
   * @param folder the folder to make; parents are made, an empty folder is replaced
   * @return {@code folder}
   * @throws FileAlreadyExistsException if {@code folder} is there and not empty
   * @throws IOException if writing fails
   */
  public static Path write(Path folder, Geometry geometry, long seed, ProgressListener listener)
      throws IOException {
    Path target = folder.toAbsolutePath();
    refuseContent(target);
    Path parent = target.getParent();
    if (parent == null) {
      throw new NotDirectoryException(folder + " has no parent to write beside");
    }
    Files.createDirectories(parent);
    Path unfinished = Files.createTempDirectory(parent, "." + target.getFileName() + UNFINISHED);
    try {
      fill(unfinished, geometry, seed, listener);
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      deleteTree(unfinished);
    }
    return folder;
  }

  /**
   * The folder of this geometry and seed under {@code cacheRoot}, made if it is not there. Two
   * callers that find it missing both make it, and one of the two results stays.
   *
   * @throws IOException if writing fails, or if the folder there has a model file of another length
   */
  public static Path cached(Path cacheRoot, Geometry geometry, long seed, ProgressListener listener)
      throws IOException {
    String name = geometry.label() + "-s" + Long.toHexString(seed) + "-r" + FORMAT_VERSION;
    Path folder = cacheRoot.resolve(name);
    if (!Files.exists(folder)) {
      removeAbandoned(cacheRoot, name);
      try {
        write(folder, geometry, seed, listener);
      } catch (IOException e) {
        if (!Files.exists(folder.resolve(MODEL_FILE))) {
          throw e;
        }
        // Another caller was faster, and a move onto its full folder fails: its folder is as good.
      }
    }
    checkLength(folder.resolve(MODEL_FILE), geometry, seed);
    return folder;
  }

  private static void fill(Path folder, Geometry geometry, long seed, ProgressListener listener)
      throws IOException {
    Vocabulary vocabulary = Vocabulary.of(geometry.vocabulary());
    ByteAlphabet alphabet =
        geometry.architecture() == Architecture.GEMMA2
            ? ByteAlphabet.SENTENCE_PIECE
            : ByteAlphabet.GPT2;
    Files.writeString(folder.resolve("config.json"), ModelConfig.json(geometry));
    Files.writeString(
        folder.resolve("tokenizer.json"), TokenizerFiles.tokenizer(vocabulary, alphabet));
    Files.writeString(
        folder.resolve("tokenizer_config.json"), TokenizerFiles.tokenizerConfig(geometry));
    List<Tensor> tensors = ModelLayout.of(geometry, seed, vocabulary.unspeakable());
    new SafetensorsFile(tensors).write(folder.resolve(MODEL_FILE), listener);
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

  private static void checkLength(Path file, Geometry geometry, long seed) throws IOException {
    List<Tensor> tensors = ModelLayout.of(geometry, seed, new BitSet());
    long wanted = new SafetensorsFile(tensors).totalBytes();
    long got = Files.exists(file) ? Files.size(file) : -1;
    if (got != wanted) {
      throw new IOException(
          file + " should have " + wanted + " bytes and has " + got + "; delete its folder");
    }
  }

  private static void removeAbandoned(Path cacheRoot, String name) throws IOException {
    if (!Files.isDirectory(cacheRoot)) {
      return;
    }
    Instant limit = Instant.now().minus(UNFINISHED_KEPT);
    List<Path> abandoned;
    try (Stream<Path> entries = Files.list(cacheRoot)) {
      abandoned =
          entries
              .filter(entry -> entry.getFileName().toString().startsWith("." + name + UNFINISHED))
              .toList();
    }
    for (Path folder : abandoned) {
      if (Files.getLastModifiedTime(folder).toInstant().isBefore(limit)) {
        deleteTree(folder);
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
