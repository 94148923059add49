/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.format;

import org.jspecify.annotations.Nullable;

/** How a stored chunk is kept from being read or forged. The numbers are part of the format. */
public enum Protection {
  /** Not at all: a checksum finds damage, not malice. */
  NONE(0),
  /** AES-256-GCM (NIST SP 800-38D) over the payload; token ids enciphered as well. */
  AES_256_GCM(1),
  /** HMAC-SHA-256 (RFC 2104), its first 16 bytes, over header and payload; all readable. */
  HMAC_SHA_256(2);

  private final int code;

  Protection(int code) {
    this.code = code;
  }

  /** The number in a header. */
  public int code() {
    return code;
  }

  /** The protection with a number; null if there is none. */
  public static @Nullable Protection of(int code) {
    return code >= 0 && code < values().length ? values()[code] : null;
  }
}
