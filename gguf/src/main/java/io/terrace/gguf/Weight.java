/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

/**
 * A tensor of the model folder, and where its values come from.
 *
 * @param name as Jlama asks for it
 * @param order which row of the source is which row here
 */
record Weight(String name, Role role, TensorInfo source, RowOrder order) {

  /** What a tensor is for decides how it may be stored. */
  enum Role {
    /** A norm's factors. */
    VECTOR,
    /** One row a token: the embedding, the output head. */
    TABLE,
    /** What token vectors are multiplied with in a layer. */
    MATRIX
  }

  /** A permutation of rows. */
  @FunctionalInterface
  interface RowOrder {
    RowOrder SAME = row -> row;

    int sourceRow(int row);

    /**
     * llama.cpp rotates neighbours in a head's vector, Jlama (as Hugging Face) values half a head
     * apart: llama.cpp's converter interleaves the halves of each head's rows, and this takes them
     * apart again.
     */
    static RowOrder uninterleaved(int headSize) {
      int half = headSize / 2;
      return row -> row - (row % headSize) + 2 * (row % half) + (row % headSize) / half;
    }
  }

  int rows() {
    return (int) source.rows();
  }

  int columns() {
    return (int) source.columns();
  }

  /** The bytes of row {@code row} of the folder's tensor, in the source's type. */
  byte[] row(int row) {
    return source.row(order.sourceRow(row));
  }

  /** Decodes row {@code row} of the folder's tensor. */
  void decodeRow(int row, float[] values) {
    source.decodeRow(order.sourceRow(row), values);
  }
}
