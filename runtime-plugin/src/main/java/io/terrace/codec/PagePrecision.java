/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import io.terrace.codec.simd.Kernels;
import io.terrace.engine.PageConverter;
import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;
import java.lang.foreign.MemorySegment;

/**
 * Pages of binary32 and pages of the same shape in fewer bits. What is lost does not come back:
 * this is for key spaces that were set up so.
 *
 * <p>Safe for use by several threads.
 */
public final class PagePrecision implements PageConverter {
  private final Kernels kernels = Kernels.best();
  private final PageGeometry exact;
  private final PageGeometry narrow;

  /**
   * @param exact geometry of pages of {@link DataType#F32}
   * @param type any other
   * @throws IllegalArgumentException if one of them is not as it must be
   */
  public PagePrecision(PageGeometry exact, DataType type) {
    if (exact.dataType() != DataType.F32 || type == DataType.F32) {
      throw new IllegalArgumentException(
          "F32 is what becomes another type, not " + exact.dataType() + " to " + type);
    }
    this.exact = exact;
    narrow =
        new PageGeometry(
            exact.layers(), exact.kvHeads(), exact.headSize(), exact.chunkTokens(), type);
  }

  @Override
  public PageGeometry kept() {
    return narrow;
  }

  @Override
  public void narrow(int positions, MemorySegment page, MemorySegment target) {
    checkPositions(positions);
    int channels = exact.kvLength();
    int count = positions * channels;
    for (int plane = 0; plane < 2 * exact.layers(); plane++) {
      long from = (long) plane * exact.planeBytes();
      long to = (long) plane * narrow.planeBytes();
      switch (narrow.dataType()) {
        case BF16 -> kernels.toBf16(page, from, target, to, count);
        case F16 -> kernels.toF16(page, from, target, to, count);
        case Q8 -> kernels.toQ8(page, from, positions, channels, target, to);
        case F32 -> throw new AssertionError("not narrow: " + narrow);
      }
    }
  }

  @Override
  public void widen(int positions, MemorySegment page, MemorySegment target) {
    checkPositions(positions);
    int channels = exact.kvLength();
    int count = positions * channels;
    for (int plane = 0; plane < 2 * exact.layers(); plane++) {
      long from = (long) plane * narrow.planeBytes();
      long to = (long) plane * exact.planeBytes();
      switch (narrow.dataType()) {
        case BF16 -> kernels.fromBf16(page, from, target, to, count);
        case F16 -> kernels.fromF16(page, from, target, to, count);
        case Q8 -> kernels.fromQ8(page, from, positions, channels, target, to);
        case F32 -> throw new AssertionError("not narrow: " + narrow);
      }
    }
  }

  private void checkPositions(int positions) {
    if (positions < 0 || positions > exact.chunkTokens()) {
      throw new IllegalArgumentException(
          "positions must be 0 to " + exact.chunkTokens() + ", got " + positions);
    }
  }
}
