/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * What only those know who may read or write protected chunks, as the keys that are made of it: one
 * for each use, so that none says anything about another. Immutable.
 */
final class Secret {
  static final int BYTES = 32;
  static final int ID_BYTES = 16;

  private final byte[] id;
  private final SecretKey cipherKey;
  private final SecretKey tokenKey;
  private final SecretKey macKey;
  private final byte[] keySecret;

  /**
   * @param secret of {@link #BYTES} bytes; not retained
   */
  Secret(byte[] secret) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update("terrace/secret-id/1".getBytes(US_ASCII));
      id = Arrays.copyOf(sha256.digest(secret), ID_BYTES);
      Mac hmac = Mac.getInstance("HmacSHA256");
      hmac.init(new SecretKeySpec(secret, "HmacSHA256"));
      cipherKey = new SecretKeySpec(derived(hmac, "terrace/cipher/1"), "AES");
      tokenKey = new SecretKeySpec(derived(hmac, "terrace/tokens/1"), "AES");
      macKey = new SecretKeySpec(derived(hmac, "terrace/mac/1"), "HmacSHA256");
      keySecret = derived(hmac, "terrace/keys/1");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM lacks SHA-256", e);
    }
  }

  private static byte[] derived(Mac hmac, String use) {
    return hmac.doFinal(use.getBytes(US_ASCII));
  }

  /** 16 bytes that name it and say nothing about it; not to be changed. */
  byte[] id() {
    return id;
  }

  /** For payloads. */
  SecretKey cipherKey() {
    return cipherKey;
  }

  /** For token ids. */
  SecretKey tokenKey() {
    return tokenKey;
  }

  /** For tags of what stays readable. */
  SecretKey macKey() {
    return macKey;
  }

  /** For the names of chunks: 32 bytes, not to be changed. */
  byte[] keySecret() {
    return keySecret;
  }

  /** The beginning of the id. */
  @Override
  public String toString() {
    return "secret " + HexFormat.of().formatHex(id, 0, 4) + "…";
  }
}
