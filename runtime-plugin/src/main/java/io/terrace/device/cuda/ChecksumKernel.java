/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * CRC-32C (Castagnoli, RFC 3720) of device memory. The device sums up segments, each by itself, and
 * the host joins the sums, which are a 256th of the bytes.
 *
 * <p>Safe for use by several threads.
 */
public final class ChecksumKernel {
  private static final int SEGMENT_BYTES = 1024;

  private static final StructLayout CHECKSUM =
      MemoryLayout.structLayout(
          JAVA_LONG.withName("bytes"), JAVA_LONG.withName("sums"), JAVA_LONG.withName("count"));

  private final Kernels kernels;
  private final long checksum;

  /**
   * Finds its function.
   *
   * @param kernels outlives this
   */
  public ChecksumKernel(Kernels kernels) throws CudaException {
    this.kernels = kernels;
    checksum = kernels.function("checksum");
  }

  /** How many bytes the sums of so many bytes are. */
  public static long sumBytes(long bytes) {
    return Math.ceilDiv(bytes, SEGMENT_BYTES) * Integer.BYTES;
  }

  /**
   * Has a stream sum bytes up.
   *
   * @param from device address, aligned to 4 bytes
   * @param bytes at least 1
   * @param sums device address of {@link #sumBytes} bytes for the sums
   */
  public void sum(CudaStream stream, long from, long bytes, long sums) throws CudaException {
    try (Arena arena = Arena.ofConfined()) {
      Kernels.Argument argument = new Kernels.Argument(CHECKSUM, arena);
      argument.set("bytes", from);
      argument.set("sums", sums);
      argument.set("count", bytes);
      long blocks = Math.ceilDiv(bytes, (long) SEGMENT_BYTES * Kernels.THREADS);
      kernels.launch(checksum, stream, Math.toIntExact(blocks), 1, argument);
    }
  }

  /**
   * The checksum of bytes whose segments are summed up.
   *
   * @param sums as the device wrote them
   * @param bytes how many there are
   */
  public static int join(MemorySegment sums, long bytes) {
    long whole = bytes / SEGMENT_BYTES;
    int crc = -1;
    for (long i = 0; i < whole; i++) {
      crc = Behind.segment(crc) ^ sums.getAtIndex(JAVA_INT, i);
    }
    int rest = (int) (bytes % SEGMENT_BYTES);
    if (rest > 0) {
      crc = Behind.zeros(crc, rest) ^ sums.getAtIndex(JAVA_INT, whole);
    }
    return ~crc;
  }

  /** What a register becomes when zeros follow: the register of a sum, which adds to it bitwise. */
  private static final class Behind {
    private static final int CASTAGNOLI = 0x82F63B78;
    private static final int[] BYTE = bytes();
    private static final int[][] SEGMENT = segments(); // by each of its four bytes

    private static int[] bytes() {
      int[] table = new int[256];
      for (int i = 0; i < table.length; i++) {
        int crc = i;
        for (int bit = 0; bit < Byte.SIZE; bit++) {
          crc = (crc & 1) != 0 ? crc >>> 1 ^ CASTAGNOLI : crc >>> 1;
        }
        table[i] = crc;
      }
      return table;
    }

    private static int[][] segments() {
      int[][] tables = new int[Integer.BYTES][256];
      for (int bit = 0; bit < Integer.SIZE; bit++) {
        int[] table = tables[bit / Byte.SIZE];
        int place = 1 << bit % Byte.SIZE;
        int crc = zeros(1 << bit, SEGMENT_BYTES);
        for (int i = 0; i < place; i++) {
          table[place + i] = table[i] ^ crc;
        }
      }
      return tables;
    }

    static int zeros(int register, int count) {
      int crc = register;
      for (int i = 0; i < count; i++) {
        crc = crc >>> Byte.SIZE ^ BYTE[crc & 0xFF];
      }
      return crc;
    }

    static int segment(int register) {
      return SEGMENT[0][register & 0xFF]
          ^ SEGMENT[1][register >>> 8 & 0xFF]
          ^ SEGMENT[2][register >>> 16 & 0xFF]
          ^ SEGMENT[3][register >>> 24];
    }
  }
}
