/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jmh;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.safetensors.Config;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.KvBufferCache;
import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * The KV that Jlama computes for a text.
 *
 * @param geometry shape of the pages
 * @param pages full ones only
 */
record RealKv(PageGeometry geometry, List<MemorySegment> pages) {
  private static final int CHUNK_TOKENS = 256;

  /**
   * Computes the KV of the first tokens of a text.
   *
   * @param pages how many pages of 256 tokens
   * @throws IllegalArgumentException if the text is too short
   */
  static RealKv compute(Path model, String text, int pages) {
    AbstractModel loaded = ModelSupport.loadModel(model.toFile(), DType.F32, DType.F32);
    int[] tokens =
        Arrays.stream(loaded.getTokenizer().encode(text)).mapToInt(t -> (int) t).toArray();
    if (tokens.length < pages * CHUNK_TOKENS) {
      throw new IllegalArgumentException(
          "a text of " + pages * CHUNK_TOKENS + " tokens is needed, this has " + tokens.length);
    }
    Config config = loaded.getConfig();
    PageGeometry geometry =
        new PageGeometry(
            config.numberOfLayers,
            config.numberOfKeyValueHeads,
            config.headSize,
            CHUNK_TOKENS,
            DataType.F32);
    try (KvBufferCache.KvBuffer buffer = new KvBufferCache(loaded).getKvBuffer(UUID.randomUUID())) {
      List<MemorySegment> copies = new ArrayList<>();
      for (int page = 0; page < pages; page++) {
        int first = page * CHUNK_TOKENS;
        int[] chunk = Arrays.copyOfRange(tokens, first, first + CHUNK_TOKENS);
        loaded.batchForward(chunk, first, buffer).close();
        copies.add(copy(buffer, first, geometry));
      }
      return new RealKv(geometry, copies);
    } finally {
      loaded.close();
    }
  }

  private static MemorySegment copy(
      KvBufferCache.KvBuffer buffer, int first, PageGeometry geometry) {
    MemorySegment page = Arena.ofAuto().allocate(geometry.pageBytes(), 4096);
    for (int layer = 0; layer < geometry.layers(); layer++) {
      for (int p = 0; p < CHUNK_TOKENS; p++) {
        long row = (long) p * geometry.rowBytes();
        copyRow(
            buffer.getKeyTensorForPosition(layer, first + p),
            page,
            geometry.keyOffset(layer) + row);
        copyRow(
            buffer.getValTensorForPosition(layer, first + p),
            page,
            geometry.valueOffset(layer) + row);
      }
    }
    return page;
  }

  private static void copyRow(AbstractTensor<?, ?> row, MemorySegment page, long offset) {
    for (int i = 0; i < row.shape().last(); i++) {
      page.set(ValueLayout.JAVA_FLOAT, offset + 4L * i, row.get(0, i));
    }
  }
}
