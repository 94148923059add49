/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.device.Holder;
import io.terrace.device.KvPage;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a session's page table. Where chunks are kept in other pages than the session
 * computes in, the entry has such a page as well, and that is the one that others read.
 */
final class Slot {
  private final KvPage page;
  private final boolean converted;
  private @Nullable KvPage kept;
  private int keptPositions;
  private int published; // positions from the page's start on that others may read
  private boolean takenOver; // from another session, or from a tier
  private int offeredAt = -1; // tokens computed when it was offered to the tiers below last

  /**
   * @param converted whether others read another page than this
   */
  Slot(KvPage page, boolean converted, int published) {
    this.page = page;
    this.converted = converted;
    this.published = published;
    page.heldBy(Holder.SESSIONS);
  }

  KvPage page() {
    return page;
  }

  /** How many positions of the session's own page others may read. */
  int published() {
    return published;
  }

  /** The page in which others may read the first positions; null if there is none. */
  @Nullable KvPage shared(int positions) {
    return !converted ? page : keptPositions >= positions ? kept : null;
  }

  /** Takes over a reference to a page that holds the first positions for others. */
  void keep(KvPage newKept, int positions) {
    forgetKept();
    kept = newKept;
    newKept.heldBy(Holder.SESSIONS);
    keptPositions = positions;
  }

  /** The positions were, or will be, computed anew. */
  void forgetKept() {
    if (kept != null) {
      kept.letGoBy(Holder.SESSIONS);
      kept.release();
      kept = null;
      keptPositions = 0;
      takenOver = false;
      offeredAt = -1;
    }
  }

  /** Whether another session computed what others read here. */
  boolean isTakenOver() {
    return takenOver;
  }

  void takenOver() {
    takenOver = true;
  }

  /** How many tokens were computed when it was offered to the tiers below last; else negative. */
  int offeredAt() {
    return offeredAt;
  }

  void offeredAt(int length) {
    offeredAt = length;
  }

  void publishedUpTo(int positions) {
    if (!converted) {
      published = Math.max(published, positions);
    }
    KvPage shared = shared(page.geometry().chunkTokens());
    if (shared != null && positions == page.geometry().chunkTokens()) {
      shared.seal();
    }
  }

  void release() {
    page.letGoBy(Holder.SESSIONS);
    page.release();
    forgetKept();
  }
}
