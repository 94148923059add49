/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Collects what makes the KV of two models interchangeable, and hashes it: SHA-256 over named
 * fields, each with its length before it, so that two lists of fields never give the same bytes.
 *
 * <p>Used by one thread.
 */
public final class Fingerprint {
  private final MessageDigest sha256 = sha256();

  /**
   * @param runtime name of the runtime and version of the layout in which it keeps KV
   */
  public Fingerprint(String runtime) {
    add("terrace/fingerprint/1", runtime);
  }

  /** Adds a field; the order counts. */
  public Fingerprint add(String name, String value) {
    return add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a field; the order counts. */
  public Fingerprint add(String name, byte[] value) {
    frame(name.getBytes(StandardCharsets.UTF_8));
    frame(value);
    return this;
  }

  private void frame(byte[] bytes) {
    ByteBuffer length = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    sha256.update(length.putInt(0, bytes.length));
    sha256.update(bytes);
  }

  /** The 32 bytes; ends the use of this object. */
  public byte[] digest() {
    return sha256.digest();
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
