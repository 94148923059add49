/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import io.terrace.spi.format.ChunkHeader;
import java.lang.foreign.MemorySegment;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;

/** HMAC-SHA-256 over header and payload, cut to 16 bytes. Used by one thread at a time. */
final class PayloadMac {
  private static final int TAG_BYTES = 16;

  private final Mac hmac;
  private final byte[] header = new byte[ChunkHeader.BYTES];

  PayloadMac() {
    try {
      hmac = Mac.getInstance("HmacSHA256");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM lacks SHA-256", e);
    }
  }

  /**
   * The tag of a chunk.
   *
   * @param chunk complete but for tag and checksum
   */
  byte[] tag(Secret secret, ChunkHeader chunk, MemorySegment payload) {
    try {
      hmac.init(secret.macKey());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JVM's HMAC fails", e);
    }
    chunk.authenticated(header);
    hmac.update(header);
    hmac.update(payload.asByteBuffer());
    return Arrays.copyOf(hmac.doFinal(), TAG_BYTES);
  }

  /** Whether a stored chunk has the tag that it should have; takes as long when it has not. */
  boolean isRight(Secret secret, ChunkHeader chunk, MemorySegment payload) {
    return MessageDigest.isEqual(tag(secret, chunk, payload), chunk.tag());
  }
}
