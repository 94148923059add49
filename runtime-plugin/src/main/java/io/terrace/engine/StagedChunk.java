/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.device.Holder;
import io.terrace.device.KvPage;
import org.jspecify.annotations.Nullable;

/**
 * A chunk that came from a tier and waits to be used. Whoever has it owns one reference to its
 * page.
 */
final class StagedChunk {
  private final KvPage page;
  private final int[] tokens;
  private final @Nullable TierCounters origin;

  /** A chunk of memory. */
  StagedChunk(KvPage page, int[] tokens) {
    this(page, tokens, null);
  }

  /**
   * @param page sealed; the caller's reference goes with it
   * @param tokens the chunk's own, not to be changed
   * @param origin the tier's that it came from; null for that in memory
   */
  StagedChunk(KvPage page, int[] tokens, @Nullable TierCounters origin) {
    this.page = page;
    this.tokens = tokens;
    this.origin = origin;
    page.heldBy(Holder.STAGING);
  }

  KvPage page() {
    return page;
  }

  /** Not a copy. */
  int[] tokens() {
    return tokens;
  }

  /** A prompt took so many tokens over from it. */
  void reused(int count) {
    if (origin != null) {
      origin.reusedTokens.add(count);
    }
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
