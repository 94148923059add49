/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.device.ComputeSide;
import io.terrace.device.KvPage;
import io.terrace.device.PagePool;
import io.terrace.spi.PageGeometry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the KV of each position of a session lies: in which page of the host, and whether others
 * read that too. Where KV is computed in pages of a device, these are told of every change.
 *
 * <p>Used by one thread at a time, as its session.
 */
final class PageTable {
  private final PagePool pool;
  private final PageGeometry geometry;
  private final boolean converted;
  private final int chunkTokens;
  private final List<Slot> slots = new ArrayList<>();
  private ComputeSide side = ComputeSide.HOST;
  private int changes;

  /**
   * @param geometry of the pages that the session computes in
   * @param converted whether others read other pages than these
   */
  PageTable(PagePool pool, PageGeometry geometry, boolean converted) {
    this.pool = pool;
    this.geometry = geometry;
    this.converted = converted;
    chunkTokens = geometry.chunkTokens();
  }

  /** Where KV is computed from now on. */
  void computeOn(ComputeSide newSide) {
    side.clear();
    side = newSide;
    for (int i = 0; i < slots.size(); i++) {
      side.put(i, slots.get(i).page(), 0);
    }
  }

  ComputeSide side() {
    return side;
  }

  /** Counts changes, so that a view knows when it is stale. */
  int changes() {
    return changes;
  }

  List<Slot> slots() {
    return slots;
  }

  Slot slot(int pageIndex) {
    return slots.get(pageIndex);
  }

  /** The page at a place, for reading; one that is not there yet is allocated. */
  KvPage page(int pageIndex) {
    if (pageIndex >= slots.size()) {
      while (slots.size() <= pageIndex) {
        add(new Slot(pool.allocate(geometry), converted, 0));
      }
      changes++;
    }
    return slots.get(pageIndex).page();
  }

  private void add(Slot slot) {
    side.put(slots.size(), slot.page(), 0);
    slots.add(slot);
  }

  /**
   * The session's own page for a position: one of its own first, where others may read it.
   *
   * @param computed how many positions are computed
   */
  KvPage writable(int position, int computed) {
    int pageIndex = position / chunkTokens;
    KvPage page = page(pageIndex);
    if (position % chunkTokens >= slots.get(pageIndex).published()) {
      return page;
    }
    KvPage own = pool.allocate(geometry);
    PageCopy.positions(page, own, 0, chunkTokens);
    int there = Math.clamp(computed - pageIndex * (long) chunkTokens, 0, chunkTokens);
    put(pageIndex, new Slot(own, false, 0), there);
    return own;
  }

  /** A page of others, all of which is of use, takes a place. */
  void adopt(int pageIndex, KvPage page) {
    page.retain();
    Slot slot = new Slot(page, false, chunkTokens);
    slot.takenOver();
    put(pageIndex, slot, chunkTokens);
  }

  /**
   * Puts a page behind the last one, or in place of one: where KV is computed, pages have no gap.
   */
  private void put(int pageIndex, Slot slot, int positions) {
    changes++;
    side.put(pageIndex, slot.page(), positions);
    if (pageIndex == slots.size()) {
      slots.add(slot);
    } else {
      slots.set(pageIndex, slot).release();
    }
  }

  /** Makes pages for others, in another precision, of what was computed since the last time. */
  void narrow(PageConverter to, int end) {
    for (int i = 0; i * chunkTokens < end; i++) {
      int positions = Math.min(chunkTokens, end - i * chunkTokens);
      Slot slot = slots.get(i);
      if (slot.shared(positions) == null) {
        KvPage kept = pool.allocate(to.kept());
        to.narrow(positions, slot.page().segment(), kept.segment());
        slot.keep(kept, positions);
      }
    }
  }

  /** What follows a position was, or will be, computed anew. */
  void forget(int from) {
    side.forget(from);
    for (int i = from / chunkTokens; i < slots.size(); i++) {
      slots.get(i).forgetKept();
    }
  }

  /** Gives all pages back; may be used again. */
  void clear() {
    side.clear();
    changes++;
    List<Slot> given = List.copyOf(slots);
    slots.clear();
    given.forEach(Slot::release);
  }

  /** For tests. */
  @Nullable Slot find(int pageIndex) {
    return pageIndex < slots.size() ? slots.get(pageIndex) : null;
  }
}
