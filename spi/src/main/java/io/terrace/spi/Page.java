/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import java.lang.foreign.MemorySegment;

/**
 * Memory for the KV of one chunk, counted by reference. Whoever holds a reference may read the
 * memory; only the session that got the page first may write it, and never a position that others
 * know. The memory goes back to its pool with the last reference.
 *
 * <p>Safe for use by several threads.
 */
public interface Page {
  /**
   * The page's memory: native, aligned to 4,096 bytes, valid while a reference is held.
   *
   * @return a segment of {@link PageGeometry#pageBytes()} bytes
   */
  MemorySegment segment();

  /** The shape of the memory. */
  PageGeometry geometry();

  /**
   * Adds a reference. The caller must hold one already.
   *
   * @throws IllegalStateException if the page has no reference left
   */
  void retain();

  /**
   * Gives one reference back.
   *
   * @throws IllegalStateException if the page has no reference left
   */
  void release();

  /** References now held, by everybody. A moment later it may be another number. */
  int references();
}
