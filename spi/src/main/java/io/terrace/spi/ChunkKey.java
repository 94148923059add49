/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The 256-bit name of a chunk: a SHA-256 over the model's fingerprint, the tenant's salt and all
 * tokens up to the chunk's end, made by {@link KeyChain}. Immutable, equal on every JVM and host
 * for the same input.
 *
 * <p>{@link #toString()} shows the first eight hex digits only, for logs; {@link #hex()} is the
 * whole name, for file and object names.
 */
public final class ChunkKey implements Comparable<ChunkKey> {
  /** Length of a key in bytes. */
  public static final int BYTES = 32;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final long word0;
  private final long word1;
  private final long word2;
  private final long word3;

  private ChunkKey(byte[] bytes, int offset) {
    word0 = (long) LONGS.get(bytes, offset);
    word1 = (long) LONGS.get(bytes, offset + 8);
    word2 = (long) LONGS.get(bytes, offset + 16);
    word3 = (long) LONGS.get(bytes, offset + 24);
  }

  /**
   * Reads a key.
   *
   * @param bytes holds the key; not retained
   * @param offset index of the key's first byte
   * @throws IndexOutOfBoundsException if fewer than {@link #BYTES} bytes follow {@code offset}
   */
  public static ChunkKey of(byte[] bytes, int offset) {
    return new ChunkKey(bytes, offset);
  }

  /**
   * Parses what {@link #hex()} gives.
   *
   * @throws IllegalArgumentException if {@code hex} is not 64 hexadecimal digits
   */
  public static ChunkKey parse(String hex) {
    if (hex.length() != 2 * BYTES) {
      throw new IllegalArgumentException(
          "a chunk key has 64 hexadecimal digits, got " + hex.length() + ": '" + hex + "'");
    }
    return new ChunkKey(HexFormat.of().parseHex(hex), 0);
  }

  /**
   * Writes the key's {@link #BYTES} bytes.
   *
   * @throws IndexOutOfBoundsException if they do not fit behind {@code offset}
   */
  public void copyTo(byte[] target, int offset) {
    LONGS.set(target, offset, word0);
    LONGS.set(target, offset + 8, word1);
    LONGS.set(target, offset + 16, word2);
    LONGS.set(target, offset + 24, word3);
  }

  /** The key as 64 lower-case hexadecimal digits. */
  public String hex() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(word0)
        + hex.toHexDigits(word1)
        + hex.toHexDigits(word2)
        + hex.toHexDigits(word3);
  }

  @Override
  public int compareTo(ChunkKey other) {
    int order = Long.compareUnsigned(word0, other.word0);
    if (order == 0) {
      order = Long.compareUnsigned(word1, other.word1);
    }
    if (order == 0) {
      order = Long.compareUnsigned(word2, other.word2);
    }
    return order != 0 ? order : Long.compareUnsigned(word3, other.word3);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ChunkKey that
        && word0 == that.word0
        && word1 == that.word1
        && word2 == that.word2
        && word3 == that.word3;
  }

  /** Any word of a cryptographic hash is a good hash code. */
  @Override
  public int hashCode() {
    return Long.hashCode(word0);
  }

  /** The first eight hexadecimal digits: enough to follow a chunk through a log. */
  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(word0).substring(0, 8) + "…";
  }
}
