/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Stores values as llama.cpp's quantisers do, a row or a whole tensor at once. */
final class Encoder {
  private static final int BLOCK = 32;

  private Encoder() {}

  static byte[] encode(TensorType type, float[] values) {
    int bytes = Math.toIntExact(type.rowBytes(values.length));
    ByteBuffer target = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int start = 0; start < values.length; start += type.blockValues()) {
      switch (type) {
        case F32 -> target.putFloat(values[start]);
        case F16 -> target.putShort(Float.floatToFloat16(values[start]));
        case BF16 -> target.putShort((short) (Float.floatToRawIntBits(values[start]) >>> 16));
        case Q8_0 -> q8(values, start, target);
        case Q4_0 -> q40(values, start, target);
        case Q4_1 -> q41(values, start, target);
      }
    }
    return target.array();
  }

  private static void q8(float[] values, int start, ByteBuffer target) {
    float most = 0;
    for (int i = start; i < start + BLOCK; i++) {
      most = Math.max(most, Math.abs(values[i]));
    }
    float scale = putHalf(most / 127, target);
    for (int i = start; i < start + BLOCK; i++) {
      target.put((byte) (scale == 0 ? 0 : Math.round(values[i] / scale)));
    }
  }

  private static void q40(float[] values, int start, ByteBuffer target) {
    float extreme = 0;
    for (int i = start; i < start + BLOCK; i++) {
      extreme = Math.abs(values[i]) > Math.abs(extreme) ? values[i] : extreme;
    }
    float scale = putHalf(extreme / -8, target);
    putNibbles(values, start, scale, -8 * scale, target);
  }

  private static void q41(float[] values, int start, ByteBuffer target) {
    float least = Float.MAX_VALUE;
    float most = -Float.MAX_VALUE;
    for (int i = start; i < start + BLOCK; i++) {
      least = Math.min(least, values[i]);
      most = Math.max(most, values[i]);
    }
    float scale = putHalf((most - least) / 15, target);
    putNibbles(values, start, scale, putHalf(least, target), target);
  }

  private static void putNibbles(
      float[] values, int start, float scale, float least, ByteBuffer target) {
    for (int i = start; i < start + BLOCK / 2; i++) {
      int lower = nibble(values[i], scale, least);
      int upper = nibble(values[i + BLOCK / 2], scale, least);
      target.put((byte) ((upper << 4) | lower));
    }
  }

  private static int nibble(float value, float scale, float least) {
    return scale == 0 ? 0 : Math.clamp(Math.round((value - least) / scale), 0, 15);
  }

  /** What is left of the value. */
  private static float putHalf(float value, ByteBuffer target) {
    short half = Float.floatToFloat16(value);
    target.putShort(half);
    return Float.float16ToFloat(half);
  }
}
