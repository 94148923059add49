/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;
import java.lang.foreign.MemorySegment;

/** Keeps of each row its first and last eight bytes: all that {@link FakeRuntime} writes. */
final class EndsOnly implements PageConverter {
  private static final int END = Long.BYTES;

  private final PageGeometry runtime;
  private final PageGeometry kept;

  EndsOnly(PageGeometry runtime) {
    this.runtime = runtime;
    kept = new PageGeometry(runtime.layers(), 1, 4, runtime.chunkTokens(), DataType.F32);
  }

  @Override
  public PageGeometry kept() {
    return kept;
  }

  @Override
  public void narrow(int positions, MemorySegment page, MemorySegment narrow) {
    for (int row = 0; row < 2 * runtime.layers() * runtime.chunkTokens(); row++) {
      if (row % runtime.chunkTokens() < positions) {
        long from = (long) row * runtime.rowBytes();
        long to = (long) row * kept.rowBytes();
        MemorySegment.copy(page, from, narrow, to, END);
        MemorySegment.copy(page, from + runtime.rowBytes() - END, narrow, to + END, END);
      }
    }
  }

  @Override
  public void widen(int positions, MemorySegment narrow, MemorySegment page) {
    for (int row = 0; row < 2 * runtime.layers() * runtime.chunkTokens(); row++) {
      if (row % runtime.chunkTokens() < positions) {
        long from = (long) row * kept.rowBytes();
        long to = (long) row * runtime.rowBytes();
        MemorySegment.copy(narrow, from, page, to, END);
        MemorySegment.copy(narrow, from + END, page, to + runtime.rowBytes() - END, END);
      }
    }
  }
}
