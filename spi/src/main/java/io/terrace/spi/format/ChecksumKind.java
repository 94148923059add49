/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.format;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Checksums of a stored payload. The numbers are part of the format. */
public enum ChecksumKind {
  /** None: for pages that never leave memory. */
  NONE(0),
  /** CRC-32C (Castagnoli, RFC 3720), in the low half of the field. */
  CRC32C(1);

  private final int code;

  ChecksumKind(int code) {
    this.code = code;
  }

  /** The number in a header. */
  public int code() {
    return code;
  }

  /** The kind with a number; null if there is none. */
  public static @Nullable ChecksumKind of(int code) {
    return code >= 0 && code < values().length ? values()[code] : null;
  }

  /**
   * The checksum of some bytes.
   *
   * @param bytes native or heap memory, less than 2 GiB
   */
  public long of(MemorySegment bytes) {
    return this == NONE ? 0 : Integer.toUnsignedLong(crc32c(bytes));
  }

  static int crc32c(MemorySegment bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.asByteBuffer());
    return (int) crc.getValue();
  }
}
