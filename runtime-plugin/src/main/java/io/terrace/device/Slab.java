/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import io.terrace.spi.PageGeometry;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;

/** One mapping, cut into pages of one geometry. Guarded by the lock of its pool. */
final class Slab {
  private final MemorySegment memory;
  private final int pages;
  private final ArrayDeque<PooledPage> free;

  Slab(PagePool pool, PageGeometry geometry, int pages) {
    long stride = strideBytes(geometry);
    this.pages = pages;
    memory = HostMemory.map(stride * pages);
    free = new ArrayDeque<>(pages);
    for (int i = 0; i < pages; i++) {
      MemorySegment segment = memory.asSlice(i * stride, geometry.pageBytes());
      free.add(new PooledPage(pool, this, geometry, segment));
    }
  }

  /** Bytes from one page to the next. */
  static long strideBytes(PageGeometry geometry) {
    return HostMemory.roundUp(geometry.pageBytes(), HostMemory.PAGE_BYTES);
  }

  /** Bytes that a slab of so many pages takes from the budget. */
  static long mappedBytes(PageGeometry geometry, int pages) {
    return HostMemory.roundUp(strideBytes(geometry) * pages, HostMemory.HUGE_PAGE_BYTES);
  }

  long mappedBytes() {
    return memory.byteSize();
  }

  boolean hasFree() {
    return !free.isEmpty();
  }

  boolean isUnused() {
    return free.size() == pages;
  }

  /** The page used last comes first: its memory is the likeliest to be in a cache. */
  PooledPage take() {
    return free.pop();
  }

  void putBack(PooledPage page) {
    free.push(page);
  }

  int freePages() {
    return free.size();
  }

  void unmap() {
    HostMemory.unmap(memory);
  }
}
