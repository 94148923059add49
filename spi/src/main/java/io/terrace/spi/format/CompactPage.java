/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.format;

import io.terrace.spi.PageGeometry;
import java.lang.foreign.MemorySegment;

/**
 * The first positions of a page as they are stored: {@code [layer][K|V][positions][kvLength]},
 * without the room for those that are not there. For all positions that is the page itself.
 */
public final class CompactPage {
  private CompactPage() {}

  /**
   * Copies the first positions of a page.
   *
   * @param page memory of {@link PageGeometry#pageBytes()} bytes
   * @param compact {@link PageGeometry#compactBytes} bytes for {@code positions}
   */
  public static void pack(
      PageGeometry geometry, int positions, MemorySegment page, MemorySegment compact) {
    copyPlanes(
        geometry,
        page,
        geometry.planeBytes(),
        compact,
        geometry.compactBytes(positions) / (2 * geometry.layers()));
  }

  /**
   * Takes {@link #pack} back; positions behind the first ones are not touched.
   *
   * @param compact may be the beginning of {@code page}, of which the rest of its planes is then
   *     left with anything in it
   */
  public static void unpack(
      PageGeometry geometry, int positions, MemorySegment compact, MemorySegment page) {
    copyPlanes(
        geometry,
        compact,
        geometry.compactBytes(positions) / (2 * geometry.layers()),
        page,
        geometry.planeBytes());
  }

  private static void copyPlanes(
      PageGeometry geometry, MemorySegment from, long fromPlane, MemorySegment to, long toPlane) {
    long bytes = Math.min(fromPlane, toPlane);
    if (fromPlane == toPlane) {
      MemorySegment.copy(from, 0, to, 0, geometry.pageBytes());
      return;
    }
    boolean apart = toPlane > fromPlane;
    long planes = 2L * geometry.layers();
    for (long i = 0; i < planes; i++) {
      long plane = apart ? planes - 1 - i : i; // so that none is overwritten before it was copied
      MemorySegment.copy(from, plane * fromPlane, to, plane * toPlane, bytes);
    }
  }
}
