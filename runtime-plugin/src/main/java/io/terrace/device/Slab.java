/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import io.terrace.spi.PageGeometry;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One mapping, cut into pages of one geometry. Guarded by the lock of its pool, except for {@link
 * #touchAll}.
 */
final class Slab {
  private final MemorySegment memory;
  private final int pages;
  private final ArrayDeque<PooledPage> free;
  private final ReentrantLock mapping = new ReentrantLock(); // held while the memory must be there
  private boolean unmapped; // guarded by mapping

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

  /**
   * Touches the memory bit by bit, first pages first, so that no request waits until the operating
   * system has cleared it. For a thread of its own; ends when the slab is unmapped.
   */
  void touchAll() {
    for (long at = 0; at < memory.byteSize() && touch(at); at += HostMemory.HUGE_PAGE_BYTES) {}
  }

  private boolean touch(long offset) {
    mapping.lock();
    try {
      if (!unmapped) {
        HostMemory.touch(memory.asSlice(offset, HostMemory.HUGE_PAGE_BYTES));
      }
      return !unmapped;
    } finally {
      mapping.unlock();
    }
  }

  void unmap() {
    mapping.lock();
    try {
      unmapped = true;
      HostMemory.unmap(memory);
    } finally {
      mapping.unlock();
    }
  }
}
