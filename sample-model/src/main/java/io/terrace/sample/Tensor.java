/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.sample;

import java.nio.ByteBuffer;

/**
 * One entry of a safetensors file, and how to make its bytes.
 *
 * @param name as Jlama asks for it
 * @param dtype the header's type: F32, BF16 or Q4
 * @param rows number of rows, 1 for a vector
 * @param columns values a row
 * @param vector whether the header's shape has one dimension
 * @param rowBytes bytes a row
 * @param source writes a row
 */
public record Tensor(
    String name,
    WeightType dtype,
    int rows,
    int columns,
    boolean vector,
    int rowBytes,
    RowSource source) {

  /** Writes row {@code row} at the buffer's position; a function of the row alone. */
  public interface RowSource {
    void put(int row, ByteBuffer target);
  }

  /** How much a row's values deviate from zero. */
  interface Deviation {
    double ofRow(int row);
  }

  /** Mean square of a uniform nibble from -7 to 7 whose zero counts twice: 280 / 16. */
  private static final double Q4_DEVIATION = Math.sqrt(17.5);

  private static final int Q4_BLOCK = 32;

  /** Bytes of all rows. */
  public long bytes() {
    return (long) rows * rowBytes;
  }

  /** A vector of one value. */
  static Tensor constant(String name, int length, float value) {
    return new Tensor(
        name,
        WeightType.F32,
        1,
        length,
        true,
        length * Float.BYTES,
        (row, target) -> {
          for (int i = 0; i < length; i++) {
            target.putFloat(value);
          }
        });
  }

  /** A vector of nearly normal values. */
  static Tensor vector(String name, int length, double deviation, SplitMix random) {
    return f32(name, 1, length, true, row -> deviation, random.stream(name));
  }

  /** A matrix of nearly normal values, F32 or BF16. */
  static Tensor matrix(
      String name, WeightType type, int rows, int columns, Deviation deviation, SplitMix random) {
    SplitMix stream = random.stream(name);
    return type == WeightType.BF16
        ? bf16(name, rows, columns, deviation, stream)
        : f32(name, rows, columns, false, deviation, stream);
  }

  /** A matrix of Q4 weights; its scales are the tensor of {@link #q4Scales}. */
  static Tensor q4Nibbles(String name, int rows, int columns, SplitMix random) {
    SplitMix stream = random.stream(name);
    int words = columns / 16;
    return new Tensor(
        name,
        WeightType.Q4,
        rows,
        columns,
        false,
        columns / 2,
        (row, target) -> {
          long first = (long) row * words;
          for (int i = 0; i < words; i++) {
            target.putLong(centred(stream.bits(first + i)));
          }
        });
  }

  /** The scale of each block of 32 weights, spread by a quarter to both sides. */
  static Tensor q4Scales(String name, int rows, int columns, double deviation, SplitMix random) {
    String scaleName = name + ".qb";
    SplitMix stream = random.stream(scaleName);
    int blocks = columns / Q4_BLOCK;
    double step = deviation / Q4_DEVIATION;
    return new Tensor(
        scaleName,
        WeightType.F32,
        rows,
        blocks,
        false,
        blocks * Float.BYTES,
        (row, target) -> {
          long first = (long) row * blocks;
          for (int i = 0; i < blocks; i++) {
            double uniform = (stream.bits(first + i) >>> 11) * 0x1p-53;
            target.putFloat((float) (step * (0.75 + 0.5 * uniform)));
          }
        });
  }

  private static Tensor f32(
      String name, int rows, int columns, boolean vector, Deviation deviation, SplitMix stream) {
    return new Tensor(
        name,
        WeightType.F32,
        rows,
        columns,
        vector,
        columns * Float.BYTES,
        (row, target) -> {
          double scale = deviation.ofRow(row);
          long first = (long) row * columns;
          for (int i = 0; i < columns; i++) {
            target.putFloat((float) (scale * stream.normal(first + i)));
          }
        });
  }

  private static Tensor bf16(
      String name, int rows, int columns, Deviation deviation, SplitMix stream) {
    return new Tensor(
        name,
        WeightType.BF16,
        rows,
        columns,
        false,
        columns * Short.BYTES,
        (row, target) -> {
          double scale = deviation.ofRow(row);
          long first = (long) row * columns;
          for (int i = 0; i < columns; i++) {
            target.putShort(bfloat16((float) (scale * stream.normal(first + i))));
          }
        });
  }

  /** The upper half of a single, rounded to nearest, ties to even. */
  public static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    return (short) ((bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
  }

  /**
   * A nibble n stands for n - 8: turns each 0 (which is -8) into 8 (which is 0), so the mean is 0.
   */
  private static long centred(long nibbles) {
    long ones = 0x1111_1111_1111_1111L;
    long present = (nibbles | nibbles >>> 1 | nibbles >>> 2 | nibbles >>> 3) & ones;
    return nibbles | (present ^ ones) << 3;
  }
}
