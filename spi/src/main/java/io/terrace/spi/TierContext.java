/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

/** What the engine gives to a tier. */
public interface TierContext {
  /** Bytes of memory that all pages together may take: a ceiling for a tier that keeps pages. */
  long pageBudgetBytes();

  /**
   * To be called once for every chunk that the tier gave up by itself: not for one that was
   * removed, replaced or set aside, nor at the end of the tier. Must be called without a lock of
   * the tier held.
   */
  void evicted(ChunkKey key);
}
