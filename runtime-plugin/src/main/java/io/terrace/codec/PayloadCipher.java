/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import io.terrace.spi.format.ChunkHeader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;

/**
 * AES-256-GCM over a payload, with the header as associated data, and AES-256-CTR over the token
 * ids in the header. Used by one thread at a time.
 *
 * <p>What GCM is given as associated data is SHA-256 of {@link ChunkHeader#authenticated()}, not
 * the header itself: the JDK's implementation copies associated data, and 32 bytes are a copy that
 * does not count.
 *
 * <p>Enciphering goes through a small array, of which {@code Cipher.update} makes no copy.
 * Deciphering must be one call: what {@code Cipher.update} gets for deciphering it keeps, all of
 * it, in an array, until the tag is known.
 */
final class PayloadCipher {
  static final int TAG_BYTES = 16;
  static final int NONCE_BYTES = 12;

  /** Small enough for the fastest cache, with room for the source beside it. */
  private static final int PIECE_BYTES = 4096;

  private final Cipher gcm;
  private final Cipher ctr;
  private final MessageDigest sha256;
  private final byte[] header = new byte[ChunkHeader.BYTES];
  private final byte[] digest = new byte[32];
  private final byte[] piece = new byte[PIECE_BYTES + TAG_BYTES];
  private final byte[] counter = new byte[16];

  PayloadCipher() {
    try {
      gcm = Cipher.getInstance("AES/GCM/NoPadding");
      ctr = Cipher.getInstance("AES/CTR/NoPadding");
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM lacks AES", e);
    }
  }

  /**
   * Enciphers token ids where they lie, or takes that back, which is the same.
   *
   * @param tokens the memory of the ids, within a header
   */
  void tokens(Secret secret, byte[] nonce, MemorySegment tokens) {
    int bytes = (int) tokens.byteSize();
    System.arraycopy(nonce, 0, counter, 0, NONCE_BYTES); // the rest stays zero
    MemorySegment.copy(tokens, ValueLayout.JAVA_BYTE, 0, piece, 0, bytes);
    try {
      ctr.init(Cipher.ENCRYPT_MODE, secret.tokenKey(), new IvParameterSpec(counter));
      ctr.doFinal(piece, 0, bytes, header, 0); // in one array it would make a copy
    } catch (GeneralSecurityException e) {
      throw impossible(e);
    }
    MemorySegment.copy(header, 0, tokens, ValueLayout.JAVA_BYTE, 0, bytes);
  }

  /**
   * Enciphers a payload.
   *
   * @param chunk complete but for tag and checksum, token ids enciphered
   * @param target as long as {@code payload}; may be the same memory
   * @return the tag
   */
  byte[] encipher(
      Secret secret, byte[] nonce, ChunkHeader chunk, MemorySegment payload, MemorySegment target) {
    try {
      gcm.init(Cipher.ENCRYPT_MODE, secret.cipherKey(), new GCMParameterSpec(8 * TAG_BYTES, nonce));
      gcm.updateAAD(digest(chunk));
      long left = payload.byteSize();
      long at = 0;
      for (; left > PIECE_BYTES; left -= PIECE_BYTES, at += PIECE_BYTES) {
        MemorySegment.copy(payload, ValueLayout.JAVA_BYTE, at, piece, 0, PIECE_BYTES);
        gcm.update(piece, 0, PIECE_BYTES, piece, 0);
        MemorySegment.copy(piece, 0, target, ValueLayout.JAVA_BYTE, at, PIECE_BYTES);
      }
      MemorySegment.copy(payload, ValueLayout.JAVA_BYTE, at, piece, 0, (int) left);
      gcm.doFinal(piece, 0, (int) left, piece, 0);
      MemorySegment.copy(piece, 0, target, ValueLayout.JAVA_BYTE, at, (int) left);
      byte[] tag = new byte[TAG_BYTES];
      System.arraycopy(piece, (int) left, tag, 0, TAG_BYTES);
      return tag;
    } catch (GeneralSecurityException e) {
      throw impossible(e);
    }
  }

  /**
   * Takes {@link #encipher} back.
   *
   * @param chunk the header as it was stored
   * @param stored the payload and {@link #TAG_BYTES} bytes of room behind it, which get the tag
   * @param target as long as the payload; may be the same memory as {@code stored}. All zero if the
   *     tag is wrong
   * @return whether the tag is right
   */
  boolean decipher(Secret secret, ChunkHeader chunk, MemorySegment stored, MemorySegment target) {
    MemorySegment.copy(
        chunk.tag(), 0, stored, ValueLayout.JAVA_BYTE, stored.byteSize() - TAG_BYTES, TAG_BYTES);
    try {
      gcm.init(
          Cipher.DECRYPT_MODE,
          secret.cipherKey(),
          new GCMParameterSpec(8 * TAG_BYTES, chunk.nonce()));
      gcm.updateAAD(digest(chunk));
      gcm.doFinal(stored.asByteBuffer(), target.asByteBuffer());
      return true;
    } catch (AEADBadTagException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw impossible(e);
    }
  }

  private byte[] digest(ChunkHeader chunk) throws GeneralSecurityException {
    chunk.authenticated(header);
    sha256.update(header);
    sha256.digest(digest, 0, digest.length);
    return digest;
  }

  private static IllegalStateException impossible(GeneralSecurityException e) {
    return new IllegalStateException("the JVM's AES fails", e);
  }
}
