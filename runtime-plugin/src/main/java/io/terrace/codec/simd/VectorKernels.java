/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec.simd;

import java.lang.foreign.MemorySegment;

/** With the Vector API. Must not be loaded where its module is not there. */
final class VectorKernels implements Kernels {
  @Override
  public void shuffle2(MemorySegment from, MemorySegment to, int count) {
    VectorShuffle.shuffle2(from, to, count);
  }

  @Override
  public void unshuffle2(MemorySegment from, MemorySegment to, int count) {
    VectorShuffle.unshuffle2(from, to, count);
  }

  @Override
  public void shuffle4(MemorySegment from, MemorySegment to, int count) {
    VectorShuffle.shuffle4(from, to, count);
  }

  @Override
  public void unshuffle4(MemorySegment from, MemorySegment to, int count) {
    VectorShuffle.unshuffle4(from, to, count);
  }

  @Override
  public void toBf16(
      MemorySegment f32, long f32Offset, MemorySegment bf16, long bf16Offset, int count) {
    VectorHalves.toBf16(f32, f32Offset, bf16, bf16Offset, count);
  }

  @Override
  public void fromBf16(
      MemorySegment bf16, long bf16Offset, MemorySegment f32, long f32Offset, int count) {
    VectorHalves.fromBf16(bf16, bf16Offset, f32, f32Offset, count);
  }

  @Override
  public void toF16(
      MemorySegment f32, long f32Offset, MemorySegment f16, long f16Offset, int count) {
    VectorHalves.toF16(f32, f32Offset, f16, f16Offset, count);
  }

  @Override
  public void fromF16(
      MemorySegment f16, long f16Offset, MemorySegment f32, long f32Offset, int count) {
    VectorHalves.fromF16(f16, f16Offset, f32, f32Offset, count);
  }

  @Override
  public void toQ8(
      MemorySegment f32,
      long f32Offset,
      int positions,
      int channels,
      MemorySegment q8,
      long q8Offset) {
    VectorQ8.toQ8(f32, f32Offset, positions, channels, q8, q8Offset);
  }

  @Override
  public void fromQ8(
      MemorySegment q8,
      long q8Offset,
      int positions,
      int channels,
      MemorySegment f32,
      long f32Offset) {
    VectorQ8.fromQ8(q8, q8Offset, positions, channels, f32, f32Offset);
  }
}
