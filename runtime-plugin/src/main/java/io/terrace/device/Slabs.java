/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import io.terrace.spi.PageGeometry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The slabs of a pool, under one budget of bytes for all geometries, and the pages taken from them.
 *
 * <p>Safe for use by several threads. Slabs are made and given back under its lock.
 *
 * @param <P> a page
 * @param <E> what making a slab may throw
 */
final class Slabs<P, E extends Exception> {
  /** A slab is about this large: few mappings, and a good part of the budget can move at once. */
  private static final long SLAB_BYTES = 64L << 20;

  private static final int MOST_PAGES = 1024;

  private final long budgetBytes;
  private final Maker<P, E> maker;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<PageGeometry, List<Slab<P>>> slabs = new HashMap<>();
  private long mappedBytes;
  private long pagesInUse;
  private long bytesInUse;
  private boolean closed;

  /** Takes memory from the system. */
  @FunctionalInterface
  interface Maker<P, E extends Exception> {
    /** Returns null if there is no such memory left. */
    @Nullable Slab<P> make(PageGeometry geometry, int pages) throws E;
  }

  Slabs(long budgetBytes, Maker<P, E> maker) {
    this.budgetBytes = budgetBytes;
    this.maker = maker;
  }

  long budgetBytes() {
    return budgetBytes;
  }

  /** Memory now taken from the system. */
  long mappedBytes() {
    return get(() -> mappedBytes);
  }

  /** Pages that are taken. */
  long pagesInUse() {
    return get(() -> pagesInUse);
  }

  /** Memory of the pages that are taken. */
  long bytesInUse() {
    return get(() -> bytesInUse);
  }

  private long get(LongSupplier look) {
    lock.lock();
    try {
      return look.getAsLong();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a page.
   *
   * @return null if the budget is spent, or the system's memory, or after the end
   */
  @Nullable P take(PageGeometry geometry) throws E {
    lock.lock();
    try {
      Slab<P> slab = closed ? null : withRoom(geometry);
      if (slab == null) {
        return null;
      }
      pagesInUse++;
      bytesInUse += Slab.strideBytes(geometry);
      return slab.take();
    } finally {
      lock.unlock();
    }
  }

  /** Puts a page back into the slab that it was taken from; after the end memory goes with it. */
  void putBack(Slab<P> slab, P page, PageGeometry geometry) {
    lock.lock();
    try {
      slab.putBack(page);
      pagesInUse--;
      bytesInUse -= Slab.strideBytes(geometry);
      if (closed && slab.isUnused()) {
        unmap(slab);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The fullest slab with a free page, so that others may empty; a new one if there is none. */
  private @Nullable Slab<P> withRoom(PageGeometry geometry) throws E {
    List<Slab<P>> own = slabs.computeIfAbsent(geometry, g -> new ArrayList<>());
    Slab<P> best = null;
    for (Slab<P> slab : own) {
      if (slab.hasFree() && (best == null || slab.freePages() < best.freePages())) {
        best = slab;
      }
    }
    return best != null ? best : make(geometry, own);
  }

  private @Nullable Slab<P> make(PageGeometry geometry, List<Slab<P>> own) throws E {
    int least = leastPages(geometry);
    int pages = pagesPerSlab(geometry);
    Slab<P> slab = make(geometry, pages);
    if (slab == null && pages > least) {
      slab = make(geometry, least);
    }
    if (slab != null) {
      mappedBytes += slab.mappedBytes();
      own.add(slab);
    }
    return slab;
  }

  private @Nullable Slab<P> make(PageGeometry geometry, int pages) throws E {
    return makeRoom(Slab.mappedBytes(geometry, pages)) ? maker.make(geometry, pages) : null;
  }

  private int pagesPerSlab(PageGeometry geometry) {
    long target = Math.min(SLAB_BYTES, budgetBytes / 8);
    return Math.max(
        leastPages(geometry), (int) Math.min(MOST_PAGES, target / Slab.strideBytes(geometry)));
  }

  /** As many as the smallest piece of memory holds. */
  private static int leastPages(PageGeometry geometry) {
    return (int) Math.max(1, Slab.UNIT_BYTES / Slab.strideBytes(geometry));
  }

  /** Whether a slab fits the budget, after unused ones of any geometry went back. */
  private boolean makeRoom(long bytes) {
    for (List<Slab<P>> list : slabs.values()) {
      Iterator<Slab<P>> each = list.iterator();
      while (mappedBytes + bytes > budgetBytes && each.hasNext()) {
        Slab<P> slab = each.next();
        if (slab.isUnused()) {
          each.remove();
          unmap(slab);
        }
      }
    }
    return mappedBytes + bytes <= budgetBytes;
  }

  /** Each slab there is. */
  void forEach(Consumer<Slab<P>> action) {
    lock.lock();
    try {
      slabs.values().forEach(each -> each.forEach(action));
    } finally {
      lock.unlock();
    }
  }

  private void unmap(Slab<P> slab) {
    mappedBytes -= slab.mappedBytes();
    slab.unmap();
  }

  /** Gives all memory back: what is unused at once, the rest slab by slab as its pages return. */
  void close() {
    lock.lock();
    try {
      closed = true;
      for (List<Slab<P>> list : slabs.values()) {
        list.stream().filter(Slab::isUnused).forEach(this::unmap);
        list.clear();
      }
    } finally {
      lock.unlock();
    }
  }
}
