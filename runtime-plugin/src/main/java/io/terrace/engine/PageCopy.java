/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.Page;
import io.terrace.spi.PageGeometry;
import java.lang.foreign.MemorySegment;

/** Copies positions from page to page: {@code [layer][K|V][position][kvLength]}. */
public final class PageCopy {
  private PageCopy() {}

  /**
   * Copies the positions {@code from .. to} (exclusive, within the page) of all layers.
   *
   * @param target of the same geometry as {@code source}
   * @throws IllegalArgumentException for {@link io.terrace.spi.DataType#Q8}, whose positions mean
   *     nothing without the scales of their page
   */
  public static void positions(Page source, Page target, int from, int to) {
    PageGeometry geometry = source.geometry();
    if (geometry.scalesBytes() > 0) {
      throw new IllegalArgumentException("positions with scales cannot be copied: " + geometry);
    }
    MemorySegment sourceMemory = source.segment();
    MemorySegment targetMemory = target.segment();
    long plane = geometry.planeBytes();
    long first = (long) from * geometry.rowBytes();
    long bytes = (long) (to - from) * geometry.rowBytes();
    if (bytes == plane) {
      MemorySegment.copy(sourceMemory, 0, targetMemory, 0, geometry.pageBytes());
      return;
    }
    long planes = 2L * geometry.layers();
    for (long i = 0; i < planes; i++) {
      long offset = i * plane + first;
      MemorySegment.copy(sourceMemory, offset, targetMemory, offset, bytes);
    }
  }
}
