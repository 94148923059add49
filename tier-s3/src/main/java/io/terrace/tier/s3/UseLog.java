/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.spi.ChunkKey;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The content of an object that says which chunks an instance used, little-endian: 0 magic "TRRU" ·
 * 4 version u16 · 6 bytes of an entry u16 · 8 entries u32 · 12 CRC32C of all entries u32 · 16 the
 * entries, each a key, the key of the chunk before it, and how many seconds before the log was
 * written the chunk was used, u32. So no clock is in it but that of the server, which knows when
 * the log was written.
 */
final class UseLog {
  /** How many uses a log holds. */
  static final int MOST_ENTRIES = 1 << 16;

  private static final int MAGIC = 0x55525254;
  private static final short VERSION = 1;
  private static final int HEADER_BYTES = 16;
  private static final int CHECKSUM = 12;
  private static final int ENTRY_BYTES = 2 * ChunkKey.BYTES + Integer.BYTES;

  /** How long a log is, at most. */
  static final long MOST_BYTES = HEADER_BYTES + (long) MOST_ENTRIES * ENTRY_BYTES;

  /**
   * The last use of a chunk.
   *
   * @param parent the chunk before it, or the model's root
   * @param ageSeconds how long before the log was written
   */
  record Entry(ChunkKey key, ChunkKey parent, long ageSeconds) {}

  private UseLog() {}

  /**
   * @param entries {@link #MOST_ENTRIES} at most
   */
  static byte[] encode(Collection<Entry> entries) {
    byte[] content = new byte[HEADER_BYTES + entries.size() * ENTRY_BYTES];
    ByteBuffer buffer = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(MAGIC).putShort(VERSION).putShort((short) ENTRY_BYTES).putInt(entries.size());
    int at = HEADER_BYTES;
    for (Entry entry : entries) {
      entry.key().copyTo(content, at);
      entry.parent().copyTo(content, at + ChunkKey.BYTES);
      long age = Math.clamp(entry.ageSeconds(), 0, Integer.MAX_VALUE);
      buffer.putInt(at + 2 * ChunkKey.BYTES, (int) age);
      at += ENTRY_BYTES;
    }
    return buffer.putInt(CHECKSUM, checksum(content)).array();
  }

  /**
   * @throws IllegalArgumentException if it is none, or damaged, or of another version
   */
  static List<Entry> decode(byte[] content) {
    ByteBuffer buffer = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    if (content.length < HEADER_BYTES || buffer.getInt(0) != MAGIC) {
      throw new IllegalArgumentException("it is no log of uses");
    }
    if (buffer.getShort(4) != VERSION || buffer.getShort(6) != ENTRY_BYTES) {
      throw new IllegalArgumentException(
          "it has version " + buffer.getShort(4) + ", not " + VERSION);
    }
    long count = Integer.toUnsignedLong(buffer.getInt(8));
    if (content.length != HEADER_BYTES + count * ENTRY_BYTES
        || buffer.getInt(CHECKSUM) != checksum(content)) {
      throw new IllegalArgumentException("it is damaged");
    }
    List<Entry> entries = new ArrayList<>((int) count);
    for (int at = HEADER_BYTES; at < content.length; at += ENTRY_BYTES) {
      entries.add(
          new Entry(
              ChunkKey.of(content, at),
              ChunkKey.of(content, at + ChunkKey.BYTES),
              Integer.toUnsignedLong(buffer.getInt(at + 2 * ChunkKey.BYTES))));
    }
    return entries;
  }

  private static int checksum(byte[] content) {
    CRC32C checksum = new CRC32C();
    checksum.update(content, HEADER_BYTES, content.length - HEADER_BYTES);
    return (int) checksum.getValue();
  }
}
