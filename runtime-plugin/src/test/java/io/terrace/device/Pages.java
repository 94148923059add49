/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Geometries by size, and what the operating system says of an address. */
final class Pages {
  private static final Path MAPS = Path.of("/proc/self/maps");

  private Pages() {}

  /**
   * A geometry whose pages have so many bytes.
   *
   * @param bytes a multiple of 32
   */
  static PageGeometry of(int bytes) {
    return new PageGeometry(1, 1, bytes / 32, 4, DataType.F32);
  }

  /** Whether the process has memory at an address; skips the test where nobody can tell. */
  static boolean isMapped(long address) throws IOException {
    Assumptions.assumeTrue(Files.isReadable(MAPS), "needs /proc/self/maps");
    return Files.readAllLines(MAPS).stream()
        .map(line -> line.substring(0, line.indexOf(' ')).split("-", -1))
        .anyMatch(
            range ->
                Long.parseUnsignedLong(range[0], 16) <= address
                    && address < Long.parseUnsignedLong(range[1], 16));
  }
}
