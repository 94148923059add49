/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The keys and values at the head of a GGUF file. Each getter checks type and range. */
final class Metadata {
  private static final int MAX_KEY_BYTES = 65_535;

  /** A key of one letter, a type and a value of one byte. */
  private static final int LEAST_ENTRY_BYTES = Long.BYTES + 1 + Integer.BYTES + 1;

  private final Map<String, Value> values;

  private Metadata(Map<String, Value> values) {
    this.values = values;
  }

  static Metadata read(FieldReader reader, long count) throws GgufException {
    if (count > reader.remaining() / LEAST_ENTRY_BYTES) {
      throw new GgufException(
          ("the header says " + count + " metadata keys, but only " + reader.remaining())
              + " bytes of the file follow");
    }
    Map<String, Value> values = new HashMap<>();
    for (long i = 0; i < count; i++) {
      String key = key(reader, "metadata key " + (i + 1) + " of " + count);
      if (values.putIfAbsent(key, Value.read(key, reader)) != null) {
        throw new GgufException("the metadata key " + key + " is there twice");
      }
    }
    return new Metadata(values);
  }

  private static String key(FieldReader reader, String field) throws GgufException {
    MemorySegment text = reader.textBytes(field);
    if (text.byteSize() == 0 || text.byteSize() > MAX_KEY_BYTES) {
      throw new GgufException(
          field + " has " + text.byteSize() + " bytes, allowed are 1 to " + MAX_KEY_BYTES);
    }
    return FieldReader.decode(field, text);
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  int integer(String key, int least, int most) throws GgufException {
    Value value = wanted(key);
    if (!value.isInteger() || value.integer() < least || value.integer() > most) {
      throw unfit(key, value, "an integer from " + least + " to " + most);
    }
    return (int) value.integer();
  }

  int integer(String key, int least, int most, int otherwise) throws GgufException {
    return has(key) ? integer(key, least, most) : otherwise;
  }

  /** A finite number above 0. */
  double positive(String key) throws GgufException {
    Value value = wanted(key);
    if (!value.isReal() || !(value.real() > 0) || Double.isInfinite(value.real())) {
      throw unfit(key, value, "a floating-point number above 0");
    }
    return value.real();
  }

  double positive(String key, double otherwise) throws GgufException {
    return has(key) ? positive(key) : otherwise;
  }

  String text(String key) throws GgufException {
    Value value = wanted(key);
    if (value.type() != ValueType.STRING) {
      throw unfit(key, value, "a text");
    }
    return FieldReader.decode(key, value.bytes());
  }

  Optional<String> textIfPresent(String key) throws GgufException {
    return has(key) ? Optional.of(text(key)) : Optional.empty();
  }

  List<String> texts(String key) throws GgufException {
    Value value = wanted(key);
    if (value.type() != ValueType.ARRAY || value.elements() != ValueType.STRING) {
      throw unfit(key, value, "an array of texts");
    }
    List<String> texts = new ArrayList<>();
    FieldReader reader = new FieldReader(value.bytes());
    for (long i = 0; i < value.count(); i++) {
      texts.add(reader.text(key + "[" + i + "]"));
    }
    return texts;
  }

  /** An array of integers with one element for each of {@code count} things. */
  Value integers(String key, int count) throws GgufException {
    Value value = wanted(key);
    if (value.type() != ValueType.ARRAY || !value.elements().isInteger()) {
      throw unfit(key, value, "an array of integers");
    }
    if (value.count() != count) {
      throw new GgufException(key + " has " + value.count() + " elements, " + count + " are due");
    }
    return value;
  }

  private Value wanted(String key) throws GgufException {
    Value value = values.get(key);
    if (value == null) {
      throw new GgufException("the metadata key " + key + " is missing");
    }
    return value;
  }

  private static GgufException unfit(String key, Value value, String wanted) {
    return new GgufException(key + " is " + value.shown() + ", wanted is " + wanted);
  }
}
