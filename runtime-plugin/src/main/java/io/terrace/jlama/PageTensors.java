/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.BFloat16BufferTensor;
import com.github.tjake.jlama.tensor.FloatBufferTensor;
import com.github.tjake.jlama.tensor.TensorShape;
import io.terrace.device.KvPage;
import io.terrace.spi.PageGeometry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Jlama's tensors over one page: for each layer one of keys and one of values, {@code [chunkTokens,
 * kvLength]}. Made once for the memory of a page, however often that is handed out again.
 */
final class PageTensors {
  private final AbstractTensor<?, ?>[] keys; // [layer] of (chunkTokens, kvLength)
  private final AbstractTensor<?, ?>[] values; // [layer] of (chunkTokens, kvLength)

  private PageTensors(KvPage page) {
    PageGeometry geometry = page.geometry();
    ByteBuffer memory = page.segment().asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    keys = new AbstractTensor<?, ?>[geometry.layers()];
    values = new AbstractTensor<?, ?>[geometry.layers()];
    for (int layer = 0; layer < geometry.layers(); layer++) {
      keys[layer] = tensor(memory, geometry.keyOffset(layer), geometry);
      values[layer] = tensor(memory, geometry.valueOffset(layer), geometry);
    }
  }

  /** The tensors of a page; made at the first call. */
  static PageTensors of(KvPage page) {
    if (page.attachment() instanceof PageTensors tensors) {
      return tensors;
    }
    PageTensors tensors = new PageTensors(page);
    page.attach(tensors);
    return tensors;
  }

  private static AbstractTensor<?, ?> tensor(ByteBuffer memory, int offset, PageGeometry geometry) {
    TensorShape shape = TensorShape.of(geometry.chunkTokens(), geometry.kvLength());
    ByteBuffer plane = memory.slice(offset, geometry.planeBytes()).order(ByteOrder.LITTLE_ENDIAN);
    // No cache of slices: a slice of every position would weigh more than the object it saves.
    return switch (geometry.dataType()) {
      case F32 -> new FloatBufferTensor("kv", plane.asFloatBuffer(), shape, false);
      case BF16 -> new BFloat16BufferTensor("kv", plane.asShortBuffer(), shape, false);
      case F16, Q8 ->
          throw new IllegalArgumentException("Jlama computes no KV of type " + geometry.dataType());
    };
  }

  AbstractTensor<?, ?> keys(int layer) {
    return keys[layer];
  }

  AbstractTensor<?, ?> values(int layer) {
    return values[layer];
  }
}
