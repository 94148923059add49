/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.device.Holder;
import io.terrace.device.KvPage;

/**
 * A chunk that came from a tier and waits to be used. Whoever has it owns one reference to its
 * page.
 */
final class StagedChunk {
  private final KvPage page;
  private final int[] tokens;

  /**
   * @param page sealed; the caller's reference goes with it
   * @param tokens the chunk's own, not to be changed
   */
  StagedChunk(KvPage page, int[] tokens) {
    this.page = page;
    this.tokens = tokens;
    page.heldBy(Holder.STAGING);
  }

  KvPage page() {
    return page;
  }

  /** Not a copy. */
  int[] tokens() {
    return tokens;
  }

  /** The same for another owner, with a reference for that one. */
  StagedChunk share() {
    page.retain();
    page.heldBy(Holder.STAGING);
    return this;
  }

  void release() {
    page.letGoBy(Holder.STAGING);
    page.release();
  }

  long bytes() {
    return page.geometry().pageBytes();
  }
}
