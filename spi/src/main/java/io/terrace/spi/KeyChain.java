/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Computes chunk keys, each from the one before it, so that the next chunk's key never touches
 * earlier tokens again:
 *
 * <pre>
 * root      = SHA-256("terrace/key/1" ‖ fingerprint(32) ‖ salt(32))
 * or HMAC-SHA-256(secret, "terrace/key/1" ‖ fingerprint(32) ‖ salt(32))
 * key[i]    = SHA-256(key[i-1] ‖ tokenCount:u32le ‖ tokens[i]: u32le …)      key[-1] = root
 * tail(k,t) = SHA-256("terrace/tail/1" ‖ k ‖ t[0..15]: u32le)
 * </pre>
 *
 * <p>The salt is the SHA-256 of a tenant's salt, or 32 zero bytes. SHA-256 and not a faster hash: a
 * key is believed across hosts and tenants, and with SHA instructions it costs well under a
 * microsecond a chunk.
 *
 * <p>Not safe for use by several threads: it owns a digest and a buffer. One instance allocates its
 * result only.
 */
public final class KeyChain {
  /** How many tokens of a tail go into its key; a shorter tail has none. */
  public static final int TAIL_KEY_TOKENS = 16;

  private static final byte[] ROOT_LABEL = "terrace/key/1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TAIL_LABEL = "terrace/tail/1".getBytes(StandardCharsets.US_ASCII);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final MessageDigest sha256;
  private final byte[] hash = new byte[ChunkKey.BYTES];
  private byte[] message = new byte[ChunkKey.BYTES + Integer.BYTES * (1 + 256)];

  public KeyChain() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** What stands for the hash of a salt where there is none: 32 zero bytes. */
  public static byte[] noSalt() {
    return new byte[ChunkKey.BYTES];
  }

  /** The root of all chunks of one model without a tenant's salt. */
  public ChunkKey root(byte[] fingerprint) {
    return root(fingerprint, noSalt());
  }

  /**
   * The root of all chunks of one model and tenant.
   *
   * @param fingerprint 32 bytes: what makes KV interchangeable
   * @param saltHash 32 bytes: SHA-256 of the tenant's salt
   * @throws IllegalArgumentException if either has another length
   */
  public ChunkKey root(byte[] fingerprint, byte[] saltHash) {
    requireKeyLength(fingerprint, "fingerprint");
    requireKeyLength(saltHash, "salt hash");
    sha256.update(ROOT_LABEL);
    sha256.update(fingerprint);
    sha256.update(saltHash);
    return digest();
  }

  /**
   * The root of all chunks of one model and tenant where keys must not confirm what somebody
   * guesses of their tokens.
   *
   * @param secret mixed in by HMAC; not empty
   * @throws IllegalArgumentException if the secret is empty, or another array has another length
   */
  public ChunkKey root(byte[] fingerprint, byte[] saltHash, byte[] secret) {
    requireKeyLength(fingerprint, "fingerprint");
    requireKeyLength(saltHash, "salt hash");
    try {
      Mac hmac = Mac.getInstance("HmacSHA256");
      hmac.init(new SecretKeySpec(secret, "HmacSHA256"));
      hmac.update(ROOT_LABEL);
      hmac.update(fingerprint);
      hmac.update(saltHash);
      return ChunkKey.of(hmac.doFinal(), 0);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
    }
  }

  /**
   * The key of the chunk that holds {@code tokens[from .. from + count)} behind {@code parent}.
   *
   * @throws IndexOutOfBoundsException if the range is not within {@code tokens}
   * @throws IllegalArgumentException if {@code count} is 0
   */
  public ChunkKey next(ChunkKey parent, int[] tokens, int from, int count) {
    Objects.checkFromIndexSize(from, count, tokens.length);
    if (count == 0) {
      throw new IllegalArgumentException("a chunk holds at least one token");
    }
    int length = ChunkKey.BYTES + Integer.BYTES * (1 + count);
    if (message.length < length) {
      message = new byte[length];
    }
    parent.copyTo(message, 0);
    INTS.set(message, ChunkKey.BYTES, count);
    putTokens(tokens, from, count, ChunkKey.BYTES + Integer.BYTES);
    sha256.update(message, 0, length);
    return digest();
  }

  /**
   * The key under which a shared tier keeps the unfinished last chunk that follows {@code parent}
   * and begins with the given tokens: one probe finds it, whatever follows its first tokens.
   *
   * @throws IndexOutOfBoundsException if fewer than {@link #TAIL_KEY_TOKENS} tokens follow {@code
   *     from}
   */
  public ChunkKey tail(ChunkKey parent, int[] tokens, int from) {
    Objects.checkFromIndexSize(from, TAIL_KEY_TOKENS, tokens.length);
    sha256.update(TAIL_LABEL);
    parent.copyTo(message, 0);
    putTokens(tokens, from, TAIL_KEY_TOKENS, ChunkKey.BYTES);
    sha256.update(message, 0, ChunkKey.BYTES + Integer.BYTES * TAIL_KEY_TOKENS);
    return digest();
  }

  private void putTokens(int[] tokens, int from, int count, int offset) {
    for (int i = 0; i < count; i++) {
      INTS.set(message, offset + Integer.BYTES * i, tokens[from + i]);
    }
  }

  private ChunkKey digest() {
    try {
      sha256.digest(hash, 0, hash.length);
    } catch (DigestException e) {
      throw new IllegalStateException("SHA-256 gives 32 bytes", e);
    }
    return ChunkKey.of(hash, 0);
  }

  private static void requireKeyLength(byte[] bytes, String name) {
    if (bytes.length != ChunkKey.BYTES) {
      throw new IllegalArgumentException(
          "a " + name + " has " + ChunkKey.BYTES + " bytes, got " + bytes.length);
    }
  }
}
