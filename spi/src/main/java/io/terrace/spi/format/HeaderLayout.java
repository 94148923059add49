/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.format;

import io.terrace.spi.ChunkKey;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Where the fields of a header lie. All numbers are little-endian and unsigned. */
final class HeaderLayout {
  static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfInt U32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong U64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  static final int MAGIC_VALUE = 0x43525254; // "TRRC"

  static final int MAGIC = 0;
  static final int VERSION = 4;
  static final int LENGTH = 6;
  static final int FLAGS = 8;
  static final int HEADER_CHECKSUM = 12;
  static final int KEY = 16;
  static final int PARENT = 48;
  static final int FINGERPRINT = 80;
  static final int LAYERS = 112;
  static final int KV_HEADS = 116;
  static final int HEAD_SIZE = 120;
  static final int CHUNK_TOKENS = 124;
  static final int POSITIONS = 128;
  static final int DATA_TYPE = 132;
  static final int ENCODING = 133;
  static final int PROTECTION = 134;
  static final int ZERO = 135;
  static final int RAW_BYTES = 136;
  static final int STORED_BYTES = 144;
  static final int PAYLOAD_CHECKSUM = 152;
  static final int CREATED = 160;
  static final int SECRET_ID = 168;
  static final int NONCE = 184;
  static final int TAG = 196;
  static final int PARAMETERS = 212;
  static final int TOKEN_COUNT = 252;
  static final int TOKENS = 256;
  static final int FIRST_TOKEN = TOKENS / Integer.BYTES;

  static final int SECRET_ID_BYTES = 16;
  static final int NONCE_BYTES = 12;
  static final int TAG_BYTES = 16;

  static final int TAIL_FLAG = 1;
  static final int REFERENCE_FLAG = 2;
  static final int CHECKSUM_SHIFT = 8;
  static final int CHECKSUM_MASK = 0xFF << CHECKSUM_SHIFT;
  static final int KNOWN_FLAGS = TAIL_FLAG | REFERENCE_FLAG | CHECKSUM_MASK;

  private HeaderLayout() {}

  static ChunkKey key(MemorySegment header, int offset) {
    return ChunkKey.of(bytes(header, offset, ChunkKey.BYTES), 0);
  }

  static byte[] bytes(MemorySegment header, int offset, int count) {
    byte[] bytes = new byte[count];
    MemorySegment.copy(header, ValueLayout.JAVA_BYTE, offset, bytes, 0, count);
    return bytes;
  }

  static void put(MemorySegment header, int offset, byte[] bytes) {
    MemorySegment.copy(bytes, 0, header, ValueLayout.JAVA_BYTE, offset, bytes.length);
  }

  static void put(MemorySegment header, int offset, ChunkKey key) {
    byte[] bytes = new byte[ChunkKey.BYTES];
    key.copyTo(bytes, 0);
    put(header, offset, bytes);
  }
}
