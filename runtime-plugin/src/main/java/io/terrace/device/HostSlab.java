/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import io.terrace.spi.PageGeometry;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;

/** A mapping of host memory. Guarded by the lock of its pool, except for {@link #touchAll}. */
final class HostSlab extends Slab<PooledPage> {
  private final MemorySegment memory;
  private final ReentrantLock mapping = new ReentrantLock(); // held while the memory must be there
  private boolean unmapped; // guarded by mapping

  HostSlab(PagePool pool, PageGeometry geometry, int pages) {
    super(geometry, pages);
    memory = HostMemory.map(strideBytes(geometry) * pages);
    long bytes = geometry.pageBytes();
    fill(geometry, at -> new PooledPage(pool, this, geometry, memory.asSlice(at, bytes)));
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

  @Override
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
