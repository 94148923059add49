/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import io.terrace.spi.PageGeometry;
import java.util.ArrayDeque;
import java.util.function.LongFunction;

/**
 * One piece of memory, cut into pages of one geometry. Guarded by the lock of its pool.
 *
 * @param <P> a page
 */
abstract class Slab<P> {
  /** Memory is taken in these units, on the host and on devices. */
  static final long UNIT_BYTES = HostMemory.HUGE_PAGE_BYTES;

  private final long mappedBytes;
  private final int pages;
  private final ArrayDeque<P> free;

  /** A slab without pages, to be {@linkplain #fill filled}. */
  Slab(PageGeometry geometry, int pages) {
    mappedBytes = mappedBytes(geometry, pages);
    this.pages = pages;
    free = new ArrayDeque<>(pages);
  }

  /**
   * Cuts the memory into pages, of which the first is handed out first.
   *
   * @param pageAt makes the page at so many bytes from the beginning
   */
  final void fill(PageGeometry geometry, LongFunction<P> pageAt) {
    for (int i = pages - 1; i >= 0; i--) {
      free.push(pageAt.apply(i * strideBytes(geometry)));
    }
  }

  /** Bytes from one page to the next. */
  static long strideBytes(PageGeometry geometry) {
    return HostMemory.roundUp(geometry.pageBytes(), HostMemory.PAGE_BYTES);
  }

  /** Bytes that a slab of so many pages takes from the budget. */
  static long mappedBytes(PageGeometry geometry, int pages) {
    return HostMemory.roundUp(strideBytes(geometry) * pages, UNIT_BYTES);
  }

  final long mappedBytes() {
    return mappedBytes;
  }

  final boolean hasFree() {
    return !free.isEmpty();
  }

  final boolean isUnused() {
    return free.size() == pages;
  }

  /** The page used last comes first: its memory is the likeliest to be in a cache. */
  final P take() {
    return free.pop();
  }

  final void putBack(P page) {
    free.push(page);
  }

  final int freePages() {
    return free.size();
  }

  /** Gives the memory back. */
  abstract void unmap();
}
