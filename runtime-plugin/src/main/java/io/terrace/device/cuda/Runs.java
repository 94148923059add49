/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Runs of bytes that lie at the same distance from one another on the device and on the host, such
 * as some rows of all planes of a page.
 *
 * @param bytes of a run
 * @param count of runs, at least 1
 * @param distance bytes from the beginning of one to that of the next, at least {@code bytes}
 */
public record Runs(long bytes, int count, long distance) {
  private static final int HOST = 1; // CU_MEMORYTYPE_…
  private static final int DEVICE = 2;

  /** {@code CUDA_MEMCPY2D} of {@code cuda.h}. */
  private static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
          side("source"),
          side("target"),
          JAVA_LONG.withName("width"),
          JAVA_LONG.withName("height"));

  private static StructLayout side(String name) {
    return MemoryLayout.structLayout(
            JAVA_LONG.withName("x"),
            JAVA_LONG.withName("y"),
            JAVA_INT.withName("type"),
            MemoryLayout.paddingLayout(4),
            JAVA_LONG.withName("host"),
            JAVA_LONG.withName("device"),
            JAVA_LONG.withName("array"),
            JAVA_LONG.withName("pitch"))
        .withName(name);
  }

  /** Whether nothing lies between them. */
  boolean areOne() {
    return count == 1 || bytes == distance;
  }

  /** Bytes from the beginning of the first to the end of the last. */
  long length() {
    return distance * (count - 1) + bytes;
  }

  Copy fromHost(long host, long device) {
    return new Copy(this, HOST, host, DEVICE, device);
  }

  Copy fromDevice(long device, long host) {
    return new Copy(this, DEVICE, device, HOST, host);
  }

  /** One call of the driver. */
  record Copy(Runs runs, int sourceType, long source, int targetType, long target) {
    MemorySegment argument(Arena arena) {
      MemorySegment argument = arena.allocate(LAYOUT);
      set(argument, "source", sourceType, source);
      set(argument, "target", targetType, target);
      argument.set(JAVA_LONG, LAYOUT.byteOffset(PathElement.groupElement("width")), runs.bytes);
      argument.set(JAVA_LONG, LAYOUT.byteOffset(PathElement.groupElement("height")), runs.count);
      return argument;
    }

    private void set(MemorySegment argument, String side, int type, long address) {
      argument.set(JAVA_INT, offset(side, "type"), type);
      argument.set(JAVA_LONG, offset(side, type == HOST ? "host" : "device"), address);
      argument.set(JAVA_LONG, offset(side, "pitch"), runs.distance);
    }

    private static long offset(String side, String field) {
      return LAYOUT.byteOffset(PathElement.groupElement(side), PathElement.groupElement(field));
    }
  }
}
