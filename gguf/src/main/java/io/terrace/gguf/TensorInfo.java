/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A tensor of a GGUF file: a matrix, or a vector as a matrix of one row.
 *
 * @param rows the second dimension of the file, which names the innermost first
 * @param data exactly the bytes of all rows
 */
record TensorInfo(
    String name, TensorType type, boolean vector, long rows, long columns, MemorySegment data) {

  /** The bytes of a row; a copy, since what follows looks at each of them. */
  byte[] row(int row) {
    long bytes = type.rowBytes(columns);
    return data.asSlice(row * bytes, bytes).toArray(ValueLayout.JAVA_BYTE);
  }

  /** Decodes row {@code row} into {@code values}, which has a place for each column. */
  void decodeRow(int row, float[] values) {
    type.decodeRow(row(row), values);
  }

  String shape() {
    return vector ? "[" + columns + "]" : "[" + rows + ", " + columns + "]";
  }
}
