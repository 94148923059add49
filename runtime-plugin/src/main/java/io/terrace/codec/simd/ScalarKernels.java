/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec.simd;

import static io.terrace.codec.simd.Elements.F32;
import static io.terrace.codec.simd.Elements.U16;
import static io.terrace.codec.simd.Elements.U32;
import static io.terrace.codec.simd.Elements.U64;
import static io.terrace.codec.simd.Elements.U8;

import java.lang.foreign.MemorySegment;

/** Without the Vector API. Also does the ends that do not fill a vector. */
final class ScalarKernels implements Kernels {
  private static final long LOW_OF_2 = 0x00FF_00FF_00FF_00FFL;
  private static final long HIGH_OF_2 = 0xFF00_FF00_FF00_FF00L;

  @Override
  public void shuffle2(MemorySegment from, MemorySegment to, int count) {
    int i = 0;
    for (; i <= count - 4; i += 4) {
      long four = from.get(U64, 2L * i);
      to.set(U32, i, (int) Long.compress(four, LOW_OF_2));
      to.set(U32, (long) count + i, (int) Long.compress(four, HIGH_OF_2));
    }
    shuffleEnd(from, to, 2, count, i);
  }

  @Override
  public void unshuffle2(MemorySegment from, MemorySegment to, int count) {
    int i = 0;
    for (; i <= count - 4; i += 4) {
      long low = from.get(U32, i);
      long high = from.get(U32, (long) count + i);
      to.set(U64, 2L * i, Long.expand(low, LOW_OF_2) | Long.expand(high, HIGH_OF_2));
    }
    unshuffleEnd(from, to, 2, count, i);
  }

  @Override
  public void shuffle4(MemorySegment from, MemorySegment to, int count) {
    int i = 0;
    for (; i <= count - 4; i += 4) {
      long two = from.get(U64, 4L * i);
      long next = from.get(U64, 4L * i + 8);
      for (int b = 0; b < 4; b++) {
        long mask = 0x0000_00FF_0000_00FFL << (8 * b);
        long bytes = Long.compress(two, mask) | (Long.compress(next, mask) << 16);
        to.set(U32, (long) b * count + i, (int) bytes);
      }
    }
    shuffleEnd(from, to, 4, count, i);
  }

  @Override
  public void unshuffle4(MemorySegment from, MemorySegment to, int count) {
    int i = 0;
    for (; i <= count - 4; i += 4) {
      long two = 0;
      long next = 0;
      for (int b = 0; b < 4; b++) {
        long mask = 0x0000_00FF_0000_00FFL << (8 * b);
        long bytes = from.get(U32, (long) b * count + i);
        two |= Long.expand(bytes, mask);
        next |= Long.expand(bytes >>> 16, mask);
      }
      to.set(U64, 4L * i, two);
      to.set(U64, 4L * i + 8, next);
    }
    unshuffleEnd(from, to, 4, count, i);
  }

  /** Elements from {@code first} on. */
  static void shuffleEnd(MemorySegment from, MemorySegment to, int width, int count, int first) {
    for (int i = first; i < count; i++) {
      for (int b = 0; b < width; b++) {
        to.set(U8, (long) b * count + i, from.get(U8, (long) i * width + b));
      }
    }
  }

  /** Elements from {@code first} on. */
  static void unshuffleEnd(MemorySegment from, MemorySegment to, int width, int count, int first) {
    for (int i = first; i < count; i++) {
      for (int b = 0; b < width; b++) {
        to.set(U8, (long) i * width + b, from.get(U8, (long) b * count + i));
      }
    }
  }

  @Override
  public void toBf16(
      MemorySegment f32, long f32Offset, MemorySegment bf16, long bf16Offset, int count) {
    for (int i = 0; i < count; i++) {
      bf16.set(U16, bf16Offset + 2L * i, Elements.toBf16(f32.get(U32, f32Offset + 4L * i)));
    }
  }

  @Override
  public void fromBf16(
      MemorySegment bf16, long bf16Offset, MemorySegment f32, long f32Offset, int count) {
    for (int i = 0; i < count; i++) {
      f32.set(U32, f32Offset + 4L * i, Elements.fromBf16(bf16.get(U16, bf16Offset + 2L * i)));
    }
  }

  @Override
  public void toF16(
      MemorySegment f32, long f32Offset, MemorySegment f16, long f16Offset, int count) {
    for (int i = 0; i < count; i++) {
      f16.set(U16, f16Offset + 2L * i, Elements.toF16(f32.get(U32, f32Offset + 4L * i)));
    }
  }

  @Override
  public void fromF16(
      MemorySegment f16, long f16Offset, MemorySegment f32, long f32Offset, int count) {
    for (int i = 0; i < count; i++) {
      f32.set(U32, f32Offset + 4L * i, Elements.fromF16(f16.get(U16, f16Offset + 2L * i)));
    }
  }

  @Override
  public void toQ8(
      MemorySegment f32,
      long f32Offset,
      int positions,
      int channels,
      MemorySegment q8,
      long q8Offset) {
    toQ8(f32, f32Offset, positions, channels, q8, q8Offset, 0, channels);
  }

  /** The channels {@code first .. end}. */
  static void toQ8(
      MemorySegment f32,
      long f32Offset,
      int positions,
      int channels,
      MemorySegment q8,
      long q8Offset,
      int first,
      int end) {
    long rows = q8Offset + 4L * channels;
    for (int c = first; c < end; c++) {
      long column = f32Offset + 4L * c;
      int largest = 0;
      for (int p = 0; p < positions; p++) {
        int magnitude = f32.get(U32, column + 4L * p * channels) & Elements.MAGNITUDE;
        largest = magnitude < Elements.INFINITY ? Math.max(largest, magnitude) : largest;
      }
      float scale = Elements.scale(Float.intBitsToFloat(largest));
      float inverse = Elements.inverse(scale);
      q8.set(F32, q8Offset + 4L * c, scale);
      for (int p = 0; p < positions; p++) {
        int bits = f32.get(U32, column + 4L * p * channels);
        q8.set(U8, rows + (long) p * channels + c, Elements.toQ8(bits, inverse));
      }
    }
  }

  @Override
  public void fromQ8(
      MemorySegment q8,
      long q8Offset,
      int positions,
      int channels,
      MemorySegment f32,
      long f32Offset) {
    for (int p = 0; p < positions; p++) {
      fromQ8Row(q8, q8Offset, p, channels, f32, f32Offset, 0);
    }
  }

  /** The channels from {@code first} on of one position. */
  static void fromQ8Row(
      MemorySegment q8,
      long q8Offset,
      int position,
      int channels,
      MemorySegment f32,
      long f32Offset,
      int first) {
    long row = q8Offset + 4L * channels + (long) position * channels;
    long target = f32Offset + 4L * position * channels;
    for (int c = first; c < channels; c++) {
      f32.set(F32, target + 4L * c, q8.get(U8, row + c) * q8.get(F32, q8Offset + 4L * c));
    }
  }
}
