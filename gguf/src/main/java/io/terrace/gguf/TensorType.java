/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Types of tensors that are read (ggml: ggml_type and the block_q structs of ggml-common.h). Of the
 * quantised ones each block of 32 values has its own F16 scale d: Q8_0 stores d and 32 signed bytes
 * q, a value is d q; Q4_0 stores d and 16 bytes of nibbles q, a value is d (q - 8); Q4_1 stores d,
 * the F16 minimum m and 16 bytes of nibbles, a value is d q + m. The lower nibbles are the block's
 * first 16 values.
 */
enum TensorType {
  F32(0, 1, 4) {
    @Override
    void decode(byte[] row, int offset, float[] values, int index) {
      int lower = twoBytes(row, offset) & 0xFFFF;
      values[index] = Float.intBitsToFloat((twoBytes(row, offset + 2) << 16) | lower);
    }
  },
  F16(1, 1, 2) {
    @Override
    void decode(byte[] row, int offset, float[] values, int index) {
      values[index] = half(row, offset);
    }
  },
  Q4_0(2, 32, 18) {
    @Override
    void decode(byte[] row, int offset, float[] values, int index) {
      float scale = half(row, offset);
      nibbles(row, offset + 2, values, index, scale, -8 * scale);
    }
  },
  Q4_1(3, 32, 20) {
    @Override
    void decode(byte[] row, int offset, float[] values, int index) {
      nibbles(row, offset + 4, values, index, half(row, offset), half(row, offset + 2));
    }
  },
  Q8_0(8, 32, 34) {
    @Override
    void decode(byte[] row, int offset, float[] values, int index) {
      float scale = half(row, offset);
      for (int i = 0; i < BLOCK; i++) {
        values[index + i] = scale * row[offset + 2 + i];
      }
    }
  },
  BF16(30, 1, 2) {
    @Override
    void decode(byte[] row, int offset, float[] values, int index) {
      values[index] = Float.intBitsToFloat(twoBytes(row, offset) << 16);
    }
  };

  /** Values a block of the quantised types, here and in Jlama. */
  static final int BLOCK = 32;

  /** Names of the ids that are not read, for messages; ids beyond are told as numbers. */
  private static final List<String> NAMES =
      List.of(
          "F32", "F16", "Q4_0", "Q4_1", "Q4_2", "Q4_3", "Q5_0", "Q5_1", "Q8_0", "Q8_1", "Q2_K",
          "Q3_K", "Q4_K", "Q5_K", "Q6_K", "Q8_K", "IQ2_XXS", "IQ2_XS", "IQ3_XXS", "IQ1_S", "IQ4_NL",
          "IQ3_S", "IQ2_S", "IQ4_XS", "I8", "I16", "I32", "I64", "F64", "IQ1_M");

  private final int id;
  private final int blockValues;
  private final int blockBytes;

  TensorType(int id, int blockValues, int blockBytes) {
    this.id = id;
    this.blockValues = blockValues;
    this.blockBytes = blockBytes;
  }

  static TensorType of(String tensor, long id) throws GgufException {
    for (TensorType type : values()) {
      if (type.id == id) {
        return type;
      }
    }
    String name = id < NAMES.size() ? NAMES.get((int) id) : "number " + id;
    throw new GgufException(
        ("tensor " + tensor + " has the type " + name + ", which is not read; read are ")
            + Arrays.stream(values()).map(TensorType::name).collect(Collectors.joining(", ")));
  }

  /** Neighbours in a row that are stored together. */
  int blockValues() {
    return blockValues;
  }

  /** Bytes of a row, whose length is a multiple of {@link #blockValues()}. */
  long rowBytes(long columns) {
    return columns / blockValues * blockBytes;
  }

  /** Decodes a row of as many values as {@code values} has room for. */
  void decodeRow(byte[] row, float[] values) {
    int offset = 0;
    for (int index = 0; index < values.length; index += blockValues) {
      decode(row, offset, values, index);
      offset += blockBytes;
    }
  }

  /** Decodes the block at {@code offset} to {@code index} and what follows. */
  abstract void decode(byte[] row, int offset, float[] values, int index);

  /** The F16 at an offset. */
  static float half(byte[] row, int offset) {
    return Float.float16ToFloat((short) twoBytes(row, offset));
  }

  private static int twoBytes(byte[] row, int offset) {
    return (row[offset] & 0xFF) | (row[offset + 1] << 8);
  }

  private static void nibbles(
      byte[] row, int offset, float[] values, int index, float scale, float least) {
    for (int i = 0; i < BLOCK / 2; i++) {
      int pair = row[offset + i] & 0xFF;
      values[index + i] = scale * (pair & 0xF) + least;
      values[index + BLOCK / 2 + i] = scale * (pair >>> 4) + least;
    }
  }
}
