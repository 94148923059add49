/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.PageGeometry;
import java.lang.foreign.MemorySegment;

/**
 * Makes the pages that chunks are kept in of the pages that a runtime computes in, where those are
 * not the same, and back. Safe for use by several threads.
 */
public interface PageConverter {
  /** The shape of the pages that chunks are kept in. */
  PageGeometry kept();

  /**
   * Converts the first positions of a page; the others of {@code kept} are not touched.
   *
   * @param page memory of a runtime's page
   * @param kept memory of a page of {@link #kept()}
   */
  void narrow(int positions, MemorySegment page, MemorySegment kept);

  /** Takes {@link #narrow} back as far as that can be; the other positions are not touched. */
  void widen(int positions, MemorySegment kept, MemorySegment page);
}
