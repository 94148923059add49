/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

/** Types of metadata values (ggml, docs/gguf.md: gguf_metadata_value_type). */
enum ValueType {
  UINT8(0, 1),
  INT8(1, 1),
  UINT16(2, 2),
  INT16(3, 2),
  UINT32(4, 4),
  INT32(5, 4),
  FLOAT32(6, 4),
  BOOL(7, 1),
  STRING(8, 0),
  ARRAY(9, 0),
  UINT64(10, 8),
  INT64(11, 8),
  FLOAT64(12, 8);

  private final int id;
  private final int bytes;

  ValueType(int id, int bytes) {
    this.id = id;
    this.bytes = bytes;
  }

  static ValueType of(String field, long id) throws GgufException {
    for (ValueType type : values()) {
      if (type.id == id) {
        return type;
      }
    }
    throw new GgufException(field + " has the value type " + id + ", known are 0 to 12");
  }

  boolean isInteger() {
    return switch (this) {
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> true;
      case FLOAT32, BOOL, STRING, ARRAY, FLOAT64 -> false;
    };
  }

  /** Bytes of a value; 0 where each value has a length of its own. */
  int bytes() {
    return bytes;
  }

  /** The least that a value takes in the file. */
  int leastBytes() {
    return switch (this) {
      case STRING -> Long.BYTES;
      case ARRAY -> Integer.BYTES + Long.BYTES;
      default -> bytes;
    };
  }
}
