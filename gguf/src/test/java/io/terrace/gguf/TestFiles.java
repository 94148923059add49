/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import io.terrace.sample.ProgressListener;
import io.terrace.sample.SampleModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files for tests of other modules. */
public final class TestFiles {
  private TestFiles() {}

  /**
   * Writes what llama.cpp's converter and quantiser would make of a folder for Jlama, with Q4_0
   * matrices and Q8_0 tables: another rotary order, another tokenizer format.
   */
  public static Path twin(Path folder, Path file) throws IOException {
    return Files.write(file, Twin.of(folder, TensorType.Q8_0, TensorType.Q4_0).toBytes());
  }

  /** Writes the smallest: one layer, Q4_1 matrices, a Q8_0 embedding, random weights. */
  public static Path smallest(Path file) throws IOException {
    Path source = file.resolveSibling(file.getFileName() + "-source");
    SampleModels.write(source, Twin.SMALLEST, 3, ProgressListener.NONE);
    return Files.write(file, Twin.of(source, TensorType.Q8_0, TensorType.Q4_1).toBytes());
  }
}
