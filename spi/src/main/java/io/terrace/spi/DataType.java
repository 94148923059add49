/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

/** Element types of keys and values in a page, all little-endian. */
public enum DataType {
  /** IEEE 754 binary32. */
  F32(4),
  /** The upper half of a binary32. */
  BF16(2);

  private final int bytes;

  DataType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }
}
