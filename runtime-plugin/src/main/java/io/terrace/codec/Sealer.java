/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.format.ChunkHeaderWriter;
import io.terrace.spi.format.Protection;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** Protects chunks with the current secret. Used by one thread at a time. */
final class Sealer {
  private final Protection protection;
  private final Secret secret;
  private final PayloadCipher cipher = new PayloadCipher();
  private final PayloadMac mac = new PayloadMac();
  private final SecureRandom random = new SecureRandom();

  private Sealer(Protection protection, Secret secret) {
    this.protection = protection;
    this.secret = secret;
  }

  /** Null if nothing is to be protected. */
  static @Nullable Sealer of(StoredCoding coding) {
    Secrets secrets = coding.secrets();
    return coding.protection() == Protection.NONE || secrets == null
        ? null
        : new Sealer(coding.protection(), secrets.current());
  }

  Protection protection() {
    return protection;
  }

  /**
   * Protects a chunk.
   *
   * @param header complete but for its protection, its token ids readable
   * @param target gets the payload as it is to be stored: as long as {@code payload}, or the same;
   *     written by a cipher only
   */
  void seal(ChunkHeaderWriter header, MemorySegment payload, MemorySegment target) {
    byte[] nonce = new byte[PayloadCipher.NONCE_BYTES];
    ChunkHeader chunk = new ChunkHeader(header.memory());
    if (protection == Protection.AES_256_GCM) {
      random.nextBytes(nonce);
      header.protectedBy(protection, secret.id(), nonce);
      cipher.tokens(secret, nonce, chunk.tokenMemory());
      header.tag(cipher.encipher(secret, nonce, chunk, payload, target));
    } else {
      header.protectedBy(protection, secret.id(), nonce);
      header.tag(mac.tag(secret, chunk, payload));
    }
  }
}
