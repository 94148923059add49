/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import io.terrace.sample.ModelFolder;
import io.terrace.sample.ProgressListener;
import io.terrace.sample.SafetensorsFile;
import io.terrace.sample.Tensor;
import io.terrace.sample.WeightType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A Llama model in a GGUF file, checked as a whole: what {@link #open} accepts can be written.
 *
 * <p>The file is mapped until {@link #close()} and must not be changed meanwhile. For use by the
 * thread that opened it.
 */
public final class GgufModel implements AutoCloseable {
  private final GgufFile file;
  private final Card card;
  private final LlamaShape shape;
  private final Vocabulary vocabulary;
  private final List<Tensor> tensors;

  GgufModel(GgufFile file, String fallbackName) throws GgufException {
    this.file = file;
    this.shape = LlamaShape.of(file.metadata());
    this.vocabulary = Vocabulary.of(file.metadata());
    List<Weight> weights = LlamaLayout.of(shape, vocabulary.tokens().size(), file.tensors());
    WeightType matrices = FolderTensors.matrixType(weights);
    this.tensors = FolderTensors.of(weights, matrices);
    this.card = Card.of(file, fallbackName, weights, matrices);
  }

  /**
   * Maps a file of the format's version 2 or 3 and checks all that a folder is made of.
   *
   * @throws GgufException if it is broken or cannot be converted; the message begins with the file
   * @throws IOException if it cannot be read
   */
  public static GgufModel open(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new GgufException(file + " is no file");
    }
    GgufFile mapped = null;
    try {
      mapped = GgufFile.open(file);
      GgufModel model = new GgufModel(mapped, String.valueOf(file.getFileName()));
      mapped = null;
      return model;
    } catch (GgufException e) {
      throw new GgufException(file + ": " + e.getMessage(), e);
    } finally {
      if (mapped != null) {
        mapped.close();
      }
    }
  }

  /** What the file calls the model, else the file's name. */
  public String name() {
    return card.name();
  }

  /** The licence that the file names. */
  public Optional<String> license() {
    return card.license();
  }

  /** Sentences on what becomes of the weights, and on what Jlama has no place for. */
  public List<String> changes() {
    return card.changes();
  }

  /**
   * Writes config.json, tokenizer.json, tokenizer_config.json, model.safetensors and a README.md
   * with name, licence and changes. To be called from within {@link ModelFolder#make}, so that
   * nobody sees a part of it.
   *
   * @param folder an empty folder
   */
  public void writeTo(Path folder, ProgressListener listener) throws IOException {
    Files.writeString(folder.resolve("config.json"), FolderTexts.config(shape, vocabulary));
    Files.writeString(folder.resolve("tokenizer.json"), FolderTexts.tokenizer(vocabulary));
    Files.writeString(
        folder.resolve("tokenizer_config.json"), FolderTexts.tokenizerConfig(shape, vocabulary));
    Files.writeString(folder.resolve("README.md"), card.readme());
    new SafetensorsFile(tensors).write(folder.resolve(ModelFolder.WEIGHTS), listener);
  }

  @Override
  public void close() {
    file.close();
  }
}
