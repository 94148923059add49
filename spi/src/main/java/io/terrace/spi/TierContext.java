/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import java.time.InstantSource;

/** What the engine gives to a tier. */
public interface TierContext {
  /** Bytes of memory that all pages together may take: a ceiling for a tier that keeps pages. */
  long pageBudgetBytes();

  /**
   * A policy by its name, for a tier that chooses by one what goes when it is full.
   *
   * @param capacityBytes what the tier keeps at most
   * @throws IllegalArgumentException if there is none of that name; the message names those that
   *     there are
   */
  default EvictionPolicy evictionPolicy(String name, long capacityBytes) {
    throw new IllegalArgumentException("none: there are no policies here");
  }

  /** What time it is: now, unless the past is replayed. */
  default InstantSource clock() {
    return InstantSource.system();
  }

  /**
   * To be called once for every chunk that the tier gave up by itself: not for one that was
   * removed, replaced or set aside, nor at the end of the tier. Must be called without a lock of
   * the tier held.
   */
  void evicted(ChunkKey key);
}
