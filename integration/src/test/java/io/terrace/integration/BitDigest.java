/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import com.github.tjake.jlama.tensor.AbstractTensor;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Digest of numbers by their bits: two are equal if and only if all numbers are, to the bit. */
final class BitDigest {
  private final MessageDigest digest;

  BitDigest() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Adds a row of a tensor. */
  void add(AbstractTensor<?, ?> tensor, int row) {
    int length = tensor.shape().last();
    ByteBuffer bits = ByteBuffer.allocate(length * Float.BYTES);
    for (int i = 0; i < length; i++) {
      bits.putInt(Float.floatToRawIntBits(tensor.get(row, i)));
    }
    digest.update(bits.flip());
  }

  void add(float[] values) {
    ByteBuffer bits = ByteBuffer.allocate(values.length * Float.BYTES);
    for (float value : values) {
      bits.putInt(Float.floatToRawIntBits(value));
    }
    digest.update(bits.flip());
  }

  String hex() {
    return HexFormat.of().formatHex(digest.digest(), 0, 16);
  }
}
