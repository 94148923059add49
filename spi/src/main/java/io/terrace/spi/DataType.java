/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import org.jspecify.annotations.Nullable;

/** Element types of keys and values in a page, all little-endian. */
public enum DataType {
  /** IEEE 754 binary32. */
  F32(0, 4),
  /** The upper half of a binary32. */
  BF16(1, 2),
  /** IEEE 754 binary16. */
  F16(2, 2),
  /**
   * A signed byte, times a binary32 scale of its channel. A plane (the keys or the values of one
   * layer) begins with the scales of its {@code kvHeads × headSize} channels.
   */
  Q8(3, 1);

  private final int code;
  private final int bytes;

  DataType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** The number in a chunk's header. */
  public int code() {
    return code;
  }

  /** The type with a number; null if there is none. */
  public static @Nullable DataType of(int code) {
    return code >= 0 && code < values().length ? values()[code] : null;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }
}
