/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.format;

import org.jspecify.annotations.Nullable;

/** Lossless encodings of a payload. The numbers are part of the format. */
public enum Encoding {
  /** As it lies in a page. */
  RAW(0),
  /** Bytes of equal significance together, then Zstandard (RFC 8878). */
  ZSTD(1),
  /** Bytes of equal significance together, then one LZ4 block. */
  LZ4(2);

  private final int code;

  Encoding(int code) {
    this.code = code;
  }

  /** The number in a header. */
  public int code() {
    return code;
  }

  /** The encoding with a number; null if there is none. */
  public static @Nullable Encoding of(int code) {
    return code >= 0 && code < values().length ? values()[code] : null;
  }
}
