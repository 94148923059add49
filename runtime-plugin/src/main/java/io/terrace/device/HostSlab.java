/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import io.terrace.spi.PageGeometry;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A mapping of host memory. Guarded by the lock of its pool, except for {@link #touchAll} and
 * {@link #pin}.
 */
final class HostSlab extends Slab<PooledPage> {
  private final MemorySegment memory;
  private final ReentrantLock mapping = new ReentrantLock(); // held while the memory must be there
  private boolean unmapped; // guarded by mapping
  private @Nullable HostPinning pinnedBy; // guarded by mapping

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

  /**
   * Pins the memory, unless it is gone. Takes long.
   *
   * @param pinning says for which device; null if it is not to be pinned any more
   */
  void pin(Supplier<@Nullable HostPinning> pinning) {
    mapping.lock();
    try {
      HostPinning device = pinning.get();
      if (!unmapped && pinnedBy == null && device != null && device.pin(memory)) {
        pinnedBy = device;
      }
    } finally {
      mapping.unlock();
    }
  }

  /** Takes {@link #pin} back. */
  void unpin() {
    mapping.lock();
    try {
      if (pinnedBy != null) {
        pinnedBy.unpin(memory);
        pinnedBy = null;
      }
    } finally {
      mapping.unlock();
    }
  }

  @Override
  void unmap() {
    mapping.lock();
    try {
      unpin();
      unmapped = true;
      HostMemory.unmap(memory);
    } finally {
      mapping.unlock();
    }
  }
}
