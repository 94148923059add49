/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.sample;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/**
 * Makes model folders that Jlama 0.8.4 loads. Equal geometry and seed give equal bytes on every
 * machine. Safe for concurrent use, as {@link ModelFolder} is.
 */
public final class SampleModels {

  /**
   * Part of a cached folder's name: to be raised when the same geometry and seed give new bytes.
   */
  static final int FORMAT_VERSION = 1;

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
    return ModelFolder.make(folder, unfinished -> fill(unfinished, geometry, seed, listener));
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
    ModelFolder.makeOnce(folder, unfinished -> fill(unfinished, geometry, seed, listener));
    checkLength(folder.resolve(ModelFolder.WEIGHTS), geometry, seed);
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
    new SafetensorsFile(tensors).write(folder.resolve(ModelFolder.WEIGHTS), listener);
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
}
