/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
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

  /** Bytes of mapped memory that are backed now, by mincore(2); skips the test elsewhere. */
  @SuppressWarnings("restricted")
  static long residentBytes(MemorySegment memory) throws Throwable {
    Assumptions.assumeTrue(System.getProperty("os.name").equals("Linux"), "needs Linux's mincore");
    Linker linker = Linker.nativeLinker();
    MethodHandle mincore =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("mincore"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      long pages = memory.byteSize() / HostMemory.PAGE_BYTES;
      MemorySegment resident = arena.allocate(pages);
      int result = (int) mincore.invokeExact(memory, memory.byteSize(), resident);
      assertThat(result).isZero();
      return HostMemory.PAGE_BYTES
          * resident.elements(JAVA_BYTE).filter(page -> (page.get(JAVA_BYTE, 0) & 1) != 0).count();
    }
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
