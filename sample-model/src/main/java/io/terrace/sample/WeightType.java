/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.sample;

import java.util.Locale;

/**
 * How the matrices of a model are stored. Vectors (norms, biases) are F32 in every case; embedding
 * and output head are BF16 where matrices are Q4, as Jlama's own quantised models have them.
 */
public enum WeightType {
  /** IEEE single, 4 bytes a weight. */
  F32,
  /** The upper half of an IEEE single, 2 bytes a weight. */
  BF16,
  /** Jlama's Q4: blocks of 32 weights, 16 bytes of nibbles and one F32 scale. */
  Q4;

  /** Type of the embedding and of the output head. */
  WeightType embeddingType() {
    return this == Q4 ? BF16 : this;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
