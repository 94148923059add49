/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import io.terrace.spi.PageGeometry;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Hands out pages from slabs under one budget of bytes for all geometries. A page that comes back
 * is handed out again without any allocation. When the budget is spent, memory is wanted back from
 * the tiers; if that gives none, a page comes as a private one, outside the budget: a session never
 * fails for want of budget.
 *
 * <p>Safe for use by several threads. The reclaimer is called without the pool's lock.
 */
public final class PagePool implements AutoCloseable {
  private final boolean checked;
  private final Slabs<PooledPage, RuntimeException> slabs;
  private final ThreadPoolExecutor toucher = toucher();
  private final Map<Holder, LongAdder> heldBytes = new EnumMap<>(Holder.class); // not changed later
  private final LongAdder privateBytes = new LongAdder();
  private final LongAdder privatePages = new LongAdder();
  private final LongAdder privatePagesEver = new LongAdder();
  private volatile LongUnaryOperator reclaimer = bytes -> 0;
  private volatile @Nullable HostPinning pinning;
  private volatile Consumer<KvPage> onRecycled = page -> {};

  /**
   * @param budgetBytes memory that all slabs together may take
   * @param checked for tests and fault finding: pages begin full of NaN, and the operating system
   *     refuses writes to sealed pages, which ends the process
   */
  public PagePool(long budgetBytes, boolean checked) {
    slabs = new Slabs<>(budgetBytes, this::makeSlab);
    this.checked = checked;
    for (Holder holder : Holder.values()) {
      heldBytes.put(holder, new LongAdder());
    }
  }

  /**
   * Sets what gives memory back when the budget is spent.
   *
   * @param reclaimer takes the bytes wanted and returns the bytes of pages that came free
   */
  public void setReclaimer(LongUnaryOperator reclaimer) {
    this.reclaimer = reclaimer;
  }

  /**
   * Sets the device that copies from and to these pages.
   *
   * @param device pins their memory, behind the requests; null if it is to be pinned no more
   * @param recycled told of each page that goes back, before it is handed out again
   */
  void setDevice(@Nullable HostPinning device, Consumer<KvPage> recycled) {
    onRecycled = recycled;
    pinning = device;
    slabs.forEach(
        slab -> {
          if (device == null) {
            ((HostSlab) slab).unpin();
          } else {
            toucher.execute(() -> ((HostSlab) slab).pin(() -> pinning));
          }
        });
  }

  /**
   * Hands out a page with one reference. Its content is undefined.
   *
   * @return a page of the budget or, when that is spent, a private one
   */
  public PooledPage allocate(PageGeometry geometry) {
    PooledPage pooled = allocatePooled(geometry);
    PooledPage page = pooled != null ? pooled : allocatePrivate(geometry);
    if (checked) {
      page.segment().fill((byte) 0xFF); // NaN in every element type
    }
    return page;
  }

  /** A page of the budget, or null when it is spent and nothing could be reclaimed. */
  private @Nullable PooledPage allocatePooled(PageGeometry geometry) {
    PooledPage page = tryAllocate(geometry);
    while (page == null && reclaimer.applyAsLong(Slab.strideBytes(geometry)) > 0) {
      page = tryAllocate(geometry);
    }
    return page;
  }

  private @Nullable PooledPage tryAllocate(PageGeometry geometry) {
    PooledPage page = slabs.take(geometry);
    if (page != null) {
      page.handOut();
    }
    return page;
  }

  private Slab<PooledPage> makeSlab(PageGeometry geometry, int pages) {
    HostSlab slab = new HostSlab(this, geometry, pages);
    toucher.execute(slab::touchAll);
    if (pinning != null) {
      toucher.execute(() -> slab.pin(() -> pinning));
    }
    return slab;
  }

  private PooledPage allocatePrivate(PageGeometry geometry) {
    MemorySegment memory = HostMemory.map(geometry.pageBytes()).asSlice(0, geometry.pageBytes());
    PooledPage page = new PooledPage(this, null, geometry, memory);
    privatePages.increment();
    privateBytes.add(geometry.pageBytes());
    privatePagesEver.increment();
    page.handOut();
    return page;
  }

  /** Takes back a page whose last reference is gone. */
  void recycle(PooledPage page) {
    onRecycled.accept(page);
    Slab<PooledPage> slab = page.slab();
    if (slab == null) {
      privatePages.decrement();
      privateBytes.add(-page.geometry().pageBytes());
      HostMemory.unmap(page.segment());
      return;
    }
    page.unseal();
    slabs.putBack(slab, page, page.geometry());
  }

  boolean isChecked() {
    return checked;
  }

  /** Memory that all slabs together may take. */
  public long budgetBytes() {
    return slabs.budgetBytes();
  }

  /** Memory now taken from the operating system, without private pages. */
  public long mappedBytes() {
    return slabs.mappedBytes();
  }

  /** Pages of the budget that somebody holds a reference to. */
  public long pagesInUse() {
    return slabs.pagesInUse();
  }

  /** Memory of the budget that is in pages to which somebody holds a reference. */
  public long bytesInUse() {
    return slabs.bytesInUse();
  }

  /** Bytes of the budget's pages that somebody holds, each page once however often it is held. */
  public long heldBytes(Holder holder) {
    return adder(holder).sum();
  }

  /** A page got its first such holder, or lost its last; by pages only. */
  void held(Holder holder, long bytes) {
    adder(holder).add(bytes);
  }

  private LongAdder adder(Holder holder) {
    return Objects.requireNonNull(heldBytes.get(holder));
  }

  /** Bytes of private pages alive now. */
  public long privateBytes() {
    return privateBytes.sum();
  }

  /** Private pages alive now. */
  public long privatePages() {
    return privatePages.sum();
  }

  /** Private pages ever handed out. */
  public long privatePagesEver() {
    return privatePagesEver.sum();
  }

  /** One thread behind the requests, gone when it has nothing to do. */
  private static ThreadPoolExecutor toucher() {
    ThreadFactory daemons = Thread.ofPlatform().daemon().name("terrace-memory").factory();
    return new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), daemons);
  }

  /** Gives all memory back: what is unused at once, the rest slab by slab as its pages return. */
  @Override
  public void close() {
    slabs.close(); // none is made after it, to be touched
    toucher.shutdown();
  }
}
