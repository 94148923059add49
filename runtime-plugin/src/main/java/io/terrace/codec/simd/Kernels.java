/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec.simd;

import java.lang.foreign.MemorySegment;

/**
 * Loops over the elements of pages. All implementations give the same bits for the same input, on
 * every machine.
 *
 * <p>Memory is native, may have any alignment, and is little-endian; source and target must not
 * overlap. Offsets are in bytes, counts in elements. What does not fit is refused with {@link
 * IndexOutOfBoundsException}, though some of the target may have been written by then. Safe for use
 * by several threads.
 */
public interface Kernels {
  /** The fastest that this JVM runs, and the configuration allows. */
  static Kernels best() {
    return KernelChoice.current().kernels();
  }

  /** Brings bytes of equal significance together: all low bytes, then all high ones. */
  void shuffle2(MemorySegment from, MemorySegment to, int count);

  /** Takes {@link #shuffle2} back. */
  void unshuffle2(MemorySegment from, MemorySegment to, int count);

  /** Brings bytes of equal significance together: all lowest bytes first, all highest ones last. */
  void shuffle4(MemorySegment from, MemorySegment to, int count);

  /** Takes {@link #shuffle4} back. */
  void unshuffle4(MemorySegment from, MemorySegment to, int count);

  /**
   * Binary32 to bfloat16, to the nearest, ties to even. A NaN stays one: it keeps its sign and the
   * upper bits of its payload, and becomes quiet.
   */
  void toBf16(MemorySegment f32, long f32Offset, MemorySegment bf16, long bf16Offset, int count);

  /** Bfloat16 to binary32, exactly. */
  void fromBf16(MemorySegment bf16, long bf16Offset, MemorySegment f32, long f32Offset, int count);

  /**
   * Binary32 to binary16 as {@link Float#floatToFloat16} does: to the nearest, ties to even,
   * infinite from 65,520 on. That method leaves the payload of a NaN open; here every NaN becomes
   * the quiet one without payload, and keeps its sign.
   */
  void toF16(MemorySegment f32, long f32Offset, MemorySegment f16, long f16Offset, int count);

  /** Binary16 to binary32, exactly; a NaN keeps its sign and payload. */
  void fromF16(MemorySegment f16, long f16Offset, MemorySegment f32, long f32Offset, int count);

  /**
   * A plane {@code [positions][channels]} of binary32 to bytes. A channel's scale is its largest
   * finite magnitude / 127; an element becomes the nearest multiple of it, ties to even. Infinities
   * become 127 or -127 times the scale, a NaN becomes 0. If the scale would be subnormal it is 0,
   * and so is the channel.
   *
   * @param q8 gets the scales of the channels, then {@code [positions][channels]} signed bytes
   */
  void toQ8(
      MemorySegment f32,
      long f32Offset,
      int positions,
      int channels,
      MemorySegment q8,
      long q8Offset);

  /** Takes {@link #toQ8} back, as far as it can be: each byte times its channel's scale. */
  void fromQ8(
      MemorySegment q8,
      long q8Offset,
      int positions,
      int channels,
      MemorySegment f32,
      long f32Offset);
}
