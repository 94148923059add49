/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import io.terrace.spi.PageGeometry;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A page of a {@link PagePool}. The object lives as long as its slab and is handed out again and
 * again, with whatever its user attached to it.
 */
public final class PooledPage extends KvPage {
  private final PagePool pool;
  private final @Nullable Slab<PooledPage> slab;
  private final PageGeometry geometry;
  private final MemorySegment segment;
  private final AtomicInteger references = new AtomicInteger();
  private final AtomicLong holds = new AtomicLong(); // counts of all holders, see Holder
  private volatile boolean sealed;

  PooledPage(
      PagePool pool,
      @Nullable Slab<PooledPage> slab,
      PageGeometry geometry,
      MemorySegment segment) {
    this.pool = pool;
    this.slab = slab;
    this.geometry = geometry;
    this.segment = segment;
  }

  @Override
  public MemorySegment segment() {
    return segment;
  }

  @Override
  public PageGeometry geometry() {
    return geometry;
  }

  @Override
  public int references() {
    return references.get();
  }

  @Override
  public void retain() {
    if (references.getAndUpdate(n -> n == 0 ? 0 : n + 1) == 0) {
      throw new IllegalStateException("a page without references cannot be retained: " + this);
    }
  }

  @Override
  public void release() {
    int before = references.getAndUpdate(n -> n == 0 ? 0 : n - 1);
    if (before == 0) {
      throw new IllegalStateException("a page was released more often than retained: " + this);
    }
    if (before == 1) {
      pool.recycle(this);
    }
  }

  @Override
  public boolean isPrivate() {
    return slab == null;
  }

  @Override
  public void heldBy(Holder holder) {
    if (slab != null && holder.count(holds.getAndAdd(holder.one())) == 0) {
      pool.held(holder, geometry.pageBytes());
    }
  }

  @Override
  public void letGoBy(Holder holder) {
    if (slab != null && holder.count(holds.getAndAdd(-holder.one())) == 1) {
      pool.held(holder, -geometry.pageBytes());
    }
  }

  @Override
  public int holds(Holder holder) {
    return holder.count(holds.get());
  }

  @Override
  public void seal() {
    sealed = true;
    if (pool.isChecked()) {
      HostMemory.protect(segment, true);
    }
  }

  @Override
  public boolean isSealed() {
    return sealed;
  }

  @Nullable Slab<PooledPage> slab() {
    return slab;
  }

  /** First reference; by the pool only. */
  void handOut() {
    references.set(1);
  }

  /** Makes the memory writable again; by the pool only. */
  void unseal() {
    if (sealed && pool.isChecked()) {
      HostMemory.protect(segment, false);
    }
    sealed = false;
  }

  @Override
  public String toString() {
    return "page@"
        + Long.toHexString(segment.address())
        + "["
        + segment.byteSize()
        + " bytes, "
        + references
        + " references]";
  }
}
