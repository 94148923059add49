/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec.simd;

import static io.terrace.codec.simd.Elements.INFINITY;
import static io.terrace.codec.simd.Elements.MAGNITUDE;
import static io.terrace.codec.simd.Elements.ORDER;
import static io.terrace.codec.simd.Elements.Q8_MOST;
import static io.terrace.codec.simd.Elements.ROUNDER;
import static io.terrace.codec.simd.Lanes.BYTES;
import static io.terrace.codec.simd.Lanes.COUNT;
import static io.terrace.codec.simd.Lanes.FLOATS;
import static io.terrace.codec.simd.Lanes.INTS;
import static jdk.incubator.vector.VectorOperators.B2F;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.I2B;
import static jdk.incubator.vector.VectorOperators.LT;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Bytes with a scale a channel. A plane is read twice: row by row for the largest magnitudes, which
 * are gathered where the scales will be, then in groups of rows, so that a scale is inverted once a
 * group. Walking down the columns instead would keep both in registers, but rows are often 4 KiB
 * apart, which all fall into the same few cache lines.
 */
final class VectorQ8 {
  /** Rows of a group. */
  private static final int ROWS = 16;

  private VectorQ8() {}

  static void toQ8(
      MemorySegment f32,
      long f32Offset,
      int positions,
      int channels,
      MemorySegment q8,
      long q8Offset) {
    int end = channels - channels % COUNT;
    gatherLargest(f32, f32Offset, positions, channels, q8, q8Offset, end);
    if (!turnIntoScales(q8, q8Offset, end)) {
      end = 0; // infinities and NaNs: the scalar twin knows what becomes of them
    }
    narrow(f32, f32Offset, positions, channels, q8, q8Offset, end);
    ScalarKernels.toQ8(f32, f32Offset, positions, channels, q8, q8Offset, end, channels);
  }

  /** Leaves the bits of each channel's largest magnitude where its scale will be. */
  private static void gatherLargest(
      MemorySegment f32,
      long f32Offset,
      int positions,
      int channels,
      MemorySegment q8,
      long q8Offset,
      int end) {
    MemorySegment source = Native.of(f32);
    MemorySegment target = Native.of(q8);
    for (int c = 0; c < end; c += COUNT) {
      IntVector.zero(INTS).intoMemorySegment(target, q8Offset + 4L * c, ORDER);
    }
    for (int p = 0; p < positions; p++) {
      long row = f32Offset + 4L * p * channels;
      for (int c = 0; c < end; c += COUNT) {
        IntVector bits = IntVector.fromMemorySegment(INTS, source, row + 4L * c, ORDER);
        IntVector largest = IntVector.fromMemorySegment(INTS, target, q8Offset + 4L * c, ORDER);
        largest.max(bits.and(MAGNITUDE)).intoMemorySegment(target, q8Offset + 4L * c, ORDER);
      }
    }
  }

  /** Returns false if a magnitude is not finite. */
  private static boolean turnIntoScales(MemorySegment q8, long q8Offset, int end) {
    MemorySegment target = Native.of(q8);
    boolean finite = true;
    for (int c = 0; c < end; c += COUNT) {
      IntVector largest = IntVector.fromMemorySegment(INTS, target, q8Offset + 4L * c, ORDER);
      finite &= !largest.compare(GE, INFINITY).anyTrue();
      FloatVector scale = largest.reinterpretAsFloats().div(Q8_MOST);
      scale
          .blend(0, scale.compare(LT, Float.MIN_NORMAL))
          .intoMemorySegment(target, q8Offset + 4L * c, ORDER);
    }
    return finite;
  }

  private static void narrow(
      MemorySegment f32,
      long f32Offset,
      int positions,
      int channels,
      MemorySegment q8,
      long q8Offset,
      int end) {
    MemorySegment source = Native.of(f32);
    MemorySegment target = Native.of(q8);
    for (int first = 0; first < positions; first += ROWS) {
      int rows = Math.min(ROWS, positions - first);
      for (int c = 0; c < end; c += COUNT) {
        FloatVector inverse = inverse(target, q8Offset + 4L * c);
        long from = f32Offset + 4L * ((long) first * channels + c);
        long to = q8Offset + 4L * channels + (long) first * channels + c;
        for (int row = 0; row < rows; row++) {
          FloatVector values =
              FloatVector.fromMemorySegment(FLOATS, source, from + 4L * row * channels, ORDER);
          IntVector rounded = values.mul(inverse).add(ROUNDER).reinterpretAsInts();
          ByteVector bytes = (ByteVector) rounded.convertShape(I2B, BYTES, 0);
          bytes.intoMemorySegment(target, to + (long) row * channels, ORDER);
        }
      }
    }
  }

  private static FloatVector inverse(MemorySegment scales, long offset) {
    FloatVector scale = FloatVector.fromMemorySegment(FLOATS, scales, offset, ORDER);
    return FloatVector.broadcast(FLOATS, 1).div(scale).blend(0, scale.compare(EQ, 0));
  }

  static void fromQ8(
      MemorySegment q8,
      long q8Offset,
      int positions,
      int channels,
      MemorySegment f32,
      long f32Offset) {
    MemorySegment source = Native.of(q8);
    MemorySegment target = Native.of(f32);
    int end = channels - channels % COUNT;
    for (int p = 0; p < positions; p++) {
      long row = q8Offset + 4L * channels + (long) p * channels;
      long to = f32Offset + 4L * p * channels;
      for (int c = 0; c < end; c += COUNT) {
        ByteVector bytes = ByteVector.fromMemorySegment(BYTES, source, row + c, ORDER);
        FloatVector scales =
            FloatVector.fromMemorySegment(FLOATS, source, q8Offset + 4L * c, ORDER);
        FloatVector values = (FloatVector) bytes.convertShape(B2F, FLOATS, 0);
        values.mul(scales).intoMemorySegment(target, to + 4L * c, ORDER);
      }
      ScalarKernels.fromQ8Row(source, q8Offset, p, channels, target, f32Offset, end);
    }
  }
}
