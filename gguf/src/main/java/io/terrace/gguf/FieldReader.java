/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads little-endian fields one behind the other. A field that would reach beyond the end is an
 * error with the field's name. Used by one thread.
 */
final class FieldReader {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** The longest text that is read; chat templates have some 10 KB. */
  private static final long MAX_TEXT_BYTES = 1 << 24;

  private final MemorySegment bytes;
  private long position;

  FieldReader(MemorySegment bytes) {
    this.bytes = bytes;
  }

  long position() {
    return position;
  }

  long remaining() {
    return bytes.byteSize() - position;
  }

  /** All that is not read yet. */
  MemorySegment rest() {
    return bytes.asSlice(position);
  }

  long unsignedInt(String field) throws GgufException {
    return Integer.toUnsignedLong(bytes.get(INT, take(field, Integer.BYTES)));
  }

  /** An unsigned 64-bit length, count or offset; none of those in use needs the uppermost bit. */
  long size(String field) throws GgufException {
    long value = bytes.get(LONG, take(field, Long.BYTES));
    if (value < 0) {
      throw new GgufException(
          field + " is " + Long.toUnsignedString(value) + ", which no file can hold");
    }
    return value;
  }

  /** The next {@code length} bytes, without a copy. */
  MemorySegment slice(String field, long length) throws GgufException {
    return bytes.asSlice(take(field, length), length);
  }

  /** What is behind a length: the bytes of a text. */
  MemorySegment textBytes(String field) throws GgufException {
    return slice(field, size("the length of " + field));
  }

  String text(String field) throws GgufException {
    return decode(field, textBytes(field));
  }

  static String decode(String field, MemorySegment text) throws GgufException {
    if (text.byteSize() > MAX_TEXT_BYTES) {
      throw new GgufException(
          field + " has " + text.byteSize() + " bytes, at most " + MAX_TEXT_BYTES + " are read");
    }
    ByteBuffer utf8 = ByteBuffer.wrap(text.toArray(ValueLayout.JAVA_BYTE));
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
    } catch (CharacterCodingException e) {
      throw new GgufException(field + " is no UTF-8 text");
    }
  }

  private long take(String field, long length) throws GgufException {
    if (length > remaining()) {
      throw new GgufException(
          ("the file ends at byte " + bytes.byteSize() + ", but " + field + " has " + length)
              + (" bytes from byte " + position + " on: it is cut off or damaged"));
    }
    long start = position;
    position += length;
    return start;
  }
}
