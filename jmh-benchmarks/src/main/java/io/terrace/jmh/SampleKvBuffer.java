/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jmh;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.tensor.KvBufferCache;
import io.terrace.sample.Geometry;
import io.terrace.sample.ProgressListener;
import io.terrace.sample.SampleModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** A KV buffer of a sample model that Jlama loaded, in a temporary folder. */
final class SampleKvBuffer implements AutoCloseable {
  private final Path folder;
  private final AbstractModel model;
  private final KvBufferCache.KvBuffer buffer;

  SampleKvBuffer(Geometry geometry) {
    try {
      folder = Files.createTempDirectory("terrace-jmh");
      Path weights = folder.resolve("model");
      SampleModels.write(weights, geometry, 7, ProgressListener.NONE);
      model = load(weights, Files.createDirectory(folder.resolve("pages")));
    } catch (IOException e) {
      throw new UncheckedIOException("no sample model in the temporary folder", e);
    }
    buffer = new KvBufferCache(model).getKvBuffer(UUID.randomUUID());
  }

  private static AbstractModel load(Path weights, Path pages) {
    return ModelSupport.loadModel(
        weights.toFile(), pages.toFile(), DType.F32, DType.F32, Optional.empty(), Optional.empty());
  }

  KvBufferCache.KvBuffer buffer() {
    return buffer;
  }

  @Override
  public void close() throws IOException {
    buffer.close();
    model.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
