/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import com.github.tjake.jlama.safetensors.DType;
import io.terrace.sample.Architecture;
import io.terrace.sample.Geometry;
import io.terrace.sample.WeightType;

/**
 * The models of these tests: one for each way in which Jlama computes KV, by the geometry, by the
 * storage of the weights, by the type of the working memory and by the working quantisation.
 *
 * <p>Jlama takes a working quantisation as a wish: with F32 weights it computes with F32, with BF16
 * weights with BF16 whatever is asked for, and {@link #quantisation} says what it makes of it.
 *
 * <p>Combinations that are not here are those that Jlama 0.8.4 alone cannot run: Q4 weights with a
 * working quantisation of BF16 ({@code UnsupportedOperationException: BF16 Q4}), and with native
 * operations every working memory of BF16, where results are written as F32 into memory of half the
 * size: SIGSEGV with F32 and Q4 weights, {@code ArrayIndexOutOfBoundsException} with BF16 weights.
 * The constants of that kind run with Panama operations alone.
 */
enum Kind {
  GROUPED_QUERIES(Geometry.tiny()),
  GROUPED_QUERIES_F32_WEIGHTS(Geometry.tiny().withWeights(WeightType.F32)),
  GROUPED_QUERIES_BF16_WEIGHTS(Geometry.tiny().withWeights(WeightType.BF16), DType.F32, DType.BF16),
  FULL_HEADS(Geometry.tinyFullHeads()),
  FULL_HEADS_F32_WEIGHTS(Geometry.tinyFullHeads().withWeights(WeightType.F32)),
  EXPERTS(Geometry.tinyExperts()),
  EXPERTS_BF16_WEIGHTS(Geometry.tinyExperts().withWeights(WeightType.BF16), DType.F32, DType.BF16),
  BIASES(Geometry.tinyBiases()),
  SOFT_CAPS(Geometry.tinySoftCaps()),
  SOFT_CAPS_BF16_WEIGHTS(
      Geometry.tinySoftCaps().withWeights(WeightType.BF16), DType.F32, DType.BF16),
  UNEVEN_ROWS(Geometry.tinyUnevenRows()),
  UNEVEN_ROWS_FULL_HEADS(shape(Architecture.LLAMA, 192, 6, 320, 0)),
  UNEVEN_PARTS(Geometry.tinyUnevenParts()),
  UNEVEN_PARTS_F32_WEIGHTS(Geometry.tinyUnevenParts().withWeights(WeightType.F32)),
  WIDE_I8(Geometry.tinyWide(), DType.F32, DType.I8),
  WIDE_EXPERTS_I8(shape(Architecture.MIXTRAL, 512, 2, 1_024, 4), DType.F32, DType.I8),
  BF16_MEMORY_F32_WEIGHTS(Geometry.tiny().withWeights(WeightType.F32), DType.BF16, DType.F32),
  BF16_MEMORY_BF16_WEIGHTS(Geometry.tiny().withWeights(WeightType.BF16), DType.BF16, DType.BF16),
  BF16_MEMORY_Q4_WEIGHTS(Geometry.tiny(), DType.BF16, DType.F32);

  @SuppressWarnings("ImmutableEnumChecker") // a record of numbers and enums
  private final Geometry geometry;

  private final DType memory;
  private final DType quantisation;

  Kind(Geometry geometry) {
    this(geometry, DType.F32, DType.F32);
  }

  Kind(Geometry geometry, DType memory, DType quantisation) {
    this.geometry = geometry;
    this.memory = memory;
    this.quantisation = quantisation;
  }

  private static Geometry shape(
      Architecture architecture, int width, int kvHeads, int hidden, int experts) {
    int heads = width / (width > 256 ? 64 : 32);
    return new Geometry(
        architecture,
        2,
        width,
        heads,
        kvHeads,
        hidden,
        512,
        2_048,
        experts,
        experts / 2,
        WeightType.Q4);
  }

  Geometry geometry() {
    return geometry;
  }

  /** Type of the working memory, and of KV. */
  DType memory() {
    return memory;
  }

  /** What vectors are turned into before a product with a matrix: asked for, and in force. */
  DType quantisation() {
    return quantisation;
  }

  /** Whether Jlama alone can run it with native operations. */
  boolean runsNatively() {
    return memory == DType.F32;
  }
}
