/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import com.github.tjake.jlama.math.FloatConversions;
import java.lang.foreign.MemorySegment;

/** How numbers lie in memory. */
enum Elements {
  /** 32 bits each. */
  F32 {
    @Override
    float get(MemorySegment memory, long index) {
      return memory.get(JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
    }

    @Override
    void set(MemorySegment memory, long index, float value) {
      memory.set(JAVA_FLOAT_UNALIGNED, index * Float.BYTES, value);
    }
  },

  /** 16 bits each, of which 8 are exponent; rounded as Jlama does. */
  BF16 {
    @Override
    float get(MemorySegment memory, long index) {
      return FloatConversions.bFloat16ToFloat32(
          memory.get(JAVA_SHORT_UNALIGNED, index * Short.BYTES));
    }

    @Override
    void set(MemorySegment memory, long index, float value) {
      memory.set(
          JAVA_SHORT_UNALIGNED, index * Short.BYTES, FloatConversions.float32ToBFloat16(value));
    }
  },

  /** 32 bits each, with the values that {@link #BF16} has. */
  WIDE_BF16 {
    @Override
    float get(MemorySegment memory, long index) {
      return F32.get(memory, index);
    }

    @Override
    void set(MemorySegment memory, long index, float value) {
      F32.set(
          memory,
          index,
          FloatConversions.bFloat16ToFloat32(FloatConversions.float32ToBFloat16(value)));
    }
  };

  abstract float get(MemorySegment memory, long index);

  abstract void set(MemorySegment memory, long index, float value);
}
