/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import io.terrace.sample.ProgressListener;
import io.terrace.sample.SampleModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The smallest file that is converted, for tests of other modules. */
public final class TinyGguf {
  private TinyGguf() {}

  /** Writes it: one layer, Q4_1 matrices, a Q8_0 embedding, random weights. */
  public static Path write(Path file) throws IOException {
    Path source = file.resolveSibling(file.getFileName() + "-source");
    SampleModels.write(source, Twin.SMALLEST, 3, ProgressListener.NONE);
    return Files.write(file, Twin.of(source, TensorType.Q8_0, TensorType.Q4_1).toBytes());
  }
}
