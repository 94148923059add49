/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import com.github.tjake.jlama.math.VectorMath;
import com.github.tjake.jlama.safetensors.Config;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.tensor.AbstractTensor;
import java.lang.foreign.MemorySegment;

/**
 * Writes new rows of queries, K and V to where a device gets them from, with their positions turned
 * in. Dense tensors only.
 *
 * @param start position of the first row
 */
record RowWriter(Config config, int start) {
  /** Whether positions up to one can be turned in. */
  static boolean hasPositions(Config config, int end) {
    return config
        .ropeFreqs
        .map(angles -> new RotaryEmbedding(angles, config.headSize))
        .map(rotary -> rotary.has(end - 1, config.numberOfKeyValueHeads))
        .orElse(true);
  }

  /**
   * Writes them.
   *
   * @param toQueries F32, whatever the queries are
   * @param toKeys in the type of the keys, as the values
   */
  void write(
      AbstractTensor<?, ?> queries,
      AbstractTensor<?, ?> keys,
      AbstractTensor<?, ?> values,
      int rows,
      MemorySegment toQueries,
      MemorySegment toKeys,
      MemorySegment toValues) {
    copyAll(keys, toKeys);
    copyAll(values, toValues);
    boolean isF32 = queries.dType() == DType.F32;
    if (isF32) {
      copyAll(queries, toQueries);
    } else {
      widen(queries, toQueries);
    }
    float[][] angles = config.ropeFreqs.orElse(null);
    if (angles == null) {
      return;
    }
    RotaryEmbedding rotary = new RotaryEmbedding(angles, config.headSize);
    Elements ofQueries = isF32 ? Elements.F32 : Elements.WIDE_BF16;
    Elements ofKeys = isF32 ? Elements.F32 : Elements.BF16;
    if (rows == 1) {
      turn(rotary, 0, toQueries, ofQueries, toKeys, ofKeys);
    } else {
      VectorMath.pfor(0, rows, row -> turn(rotary, row, toQueries, ofQueries, toKeys, ofKeys));
    }
  }

  private static void copyAll(AbstractTensor<?, ?> from, MemorySegment to) {
    to.copyFrom(from.getMemorySegment().asSlice(0, to.byteSize()));
  }

  private static void widen(AbstractTensor<?, ?> from, MemorySegment to) {
    long size = from.size();
    for (long i = 0; i < size; i++) {
      Elements.F32.set(to, i, Elements.BF16.get(from.getMemorySegment(), i));
    }
  }

  private void turn(
      RotaryEmbedding rotary,
      int row,
      MemorySegment queries,
      Elements ofQueries,
      MemorySegment keys,
      Elements ofKeys) {
    int size = config.headSize;
    for (int head = 0; head < config.numberOfHeads; head++) {
      long at = ((long) row * config.numberOfHeads + head) * size;
      rotary.turn(queries, ofQueries, at, config.maybeMapToGroupHead(head), start + row);
    }
    for (int head = 0; head < config.numberOfKeyValueHeads; head++) {
      long at = ((long) row * config.numberOfKeyValueHeads + head) * size;
      rotary.turn(keys, ofKeys, at, head, start + row);
    }
  }
}
