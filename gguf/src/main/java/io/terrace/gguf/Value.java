/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A metadata value, as it lies in the file.
 *
 * @param elements the type of the elements of an array, else of the value
 * @param count elements of an array, else 1
 * @param bytes what follows the type, the length or the count
 */
record Value(ValueType type, ValueType elements, long count, MemorySegment bytes) {
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ORDER);

  /** Arrays in arrays are allowed and hardly used; a damaged file must not nest for ever. */
  private static final int MAX_DEPTH = 4;

  static Value read(String field, FieldReader reader) throws GgufException {
    ValueType type = ValueType.of(field, reader.unsignedInt("the type of " + field));
    return switch (type) {
      case STRING -> new Value(type, type, 1, reader.textBytes(field));
      case ARRAY -> array(field, reader, 1);
      default -> new Value(type, type, 1, reader.slice(field, type.bytes()));
    };
  }

  private static Value array(String field, FieldReader reader, int depth) throws GgufException {
    if (depth > MAX_DEPTH) {
      throw new GgufException(field + " nests arrays more than " + MAX_DEPTH + " deep");
    }
    ValueType elements = ValueType.of(field, reader.unsignedInt("the element type of " + field));
    long count = reader.size("the number of elements of " + field);
    if (count > reader.remaining() / elements.leastBytes()) {
      throw new GgufException(
          (field + " has " + count + " elements of type " + elements + ", but only ")
              + (reader.remaining() + " bytes of the file follow"));
    }
    if (elements.bytes() > 0) {
      MemorySegment bytes = reader.slice(field, count * elements.bytes());
      return new Value(ValueType.ARRAY, elements, count, bytes);
    }
    FieldReader elementReader = new FieldReader(reader.rest());
    for (long i = 0; i < count; i++) {
      if (elements == ValueType.STRING) {
        elementReader.textBytes(field);
      } else {
        array(field, elementReader, depth + 1);
      }
    }
    return new Value(
        ValueType.ARRAY, elements, count, reader.slice(field, elementReader.position()));
  }

  boolean isInteger() {
    return type.isInteger();
  }

  boolean isReal() {
    return type == ValueType.FLOAT32 || type == ValueType.FLOAT64;
  }

  /** An integer; a UINT64 of 2^63 and more comes out negative. */
  long integer() {
    return integer(0);
  }

  /** Element {@code index} of an array of integers. */
  long integer(long index) {
    return switch (elements) {
      case UINT8 -> Byte.toUnsignedLong(bytes.get(ValueLayout.JAVA_BYTE, index));
      case INT8 -> bytes.get(ValueLayout.JAVA_BYTE, index);
      case UINT16 -> Short.toUnsignedLong(bytes.get(SHORT, index * Short.BYTES));
      case INT16 -> bytes.get(SHORT, index * Short.BYTES);
      case UINT32 -> Integer.toUnsignedLong(bytes.get(INT, index * Integer.BYTES));
      case INT32 -> bytes.get(INT, index * Integer.BYTES);
      case UINT64, INT64 -> bytes.get(LONG, index * Long.BYTES);
      case FLOAT32, BOOL, STRING, ARRAY, FLOAT64 ->
          throw new IllegalStateException(elements + " is no integer type");
    };
  }

  double real() {
    return type == ValueType.FLOAT32 ? bytes.get(FLOAT, 0) : bytes.get(DOUBLE, 0);
  }

  /** For messages: a number as the file has it, else the type. */
  String shown() {
    if (type == ValueType.UINT64) {
      return Long.toUnsignedString(integer());
    } else if (isInteger()) {
      return Long.toString(integer());
    } else if (isReal()) {
      return Double.toString(real());
    }
    return "of type " + type;
  }
}
