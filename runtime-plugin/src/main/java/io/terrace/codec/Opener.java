/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import io.terrace.spi.format.ChunkFault;
import io.terrace.spi.format.ChunkFault.Kind;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.format.Protection;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Checks and opens protected chunks, with any secret that is at hand. One thread at a time. */
final class Opener {
  private final boolean required;
  private final @Nullable Secrets secrets;
  private final PayloadCipher cipher = new PayloadCipher();
  private final PayloadMac mac = new PayloadMac();

  Opener(StoredCoding coding) {
    required = coding.protection() != Protection.NONE;
    secrets = coding.secrets();
  }

  /** Why a chunk cannot be opened, whatever its payload is; null if it may be. */
  @Nullable ChunkFault refusal(ChunkHeader header) {
    if (header.protection() == Protection.NONE) {
      return required ? header.unprotected() : null;
    }
    return secret(header) == null ? header.otherSecret() : null;
  }

  private @Nullable Secret secret(ChunkHeader header) {
    return secrets == null ? null : secrets.find(header.secretId());
  }

  /**
   * Makes token ids readable.
   *
   * @param header as it was stored, without a {@link #refusal}
   * @param readable a copy of it, of which the ids are changed
   */
  void reveal(ChunkHeader header, ChunkHeader readable) {
    Secret secret = secret(header);
    if (secret != null && header.protection() == Protection.AES_256_GCM) {
      cipher.tokens(secret, header.nonce(), readable.tokenMemory());
    }
  }

  /**
   * Checks the tag of a chunk that is stored readable.
   *
   * @return null if it is right
   */
  @Nullable ChunkFault check(ChunkHeader header, MemorySegment stored) {
    Secret secret = secret(header);
    return secret != null && mac.isRight(secret, header, stored) ? null : forged(header);
  }

  /**
   * Deciphers a payload.
   *
   * @param stored with {@link PayloadCipher#TAG_BYTES} bytes of room behind it
   * @param target may be the same memory, without that room
   * @return null if its tag is right
   */
  @Nullable ChunkFault decipher(ChunkHeader header, MemorySegment stored, MemorySegment target) {
    Secret secret = secret(header);
    return secret != null && cipher.decipher(secret, header, stored, target)
        ? null
        : forged(header);
  }

  private static ChunkFault forged(ChunkHeader header) {
    return new ChunkFault(
        Kind.FORGED,
        0,
        ChunkHeader.BYTES + header.storedBytes(),
        "not what a holder of the secret wrote: wrong tag");
  }
}
