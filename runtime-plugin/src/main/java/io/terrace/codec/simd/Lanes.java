/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec.simd;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Shapes of vectors: as many shorts and bytes as the widest vector of this machine has ints. */
final class Lanes {
  static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  static final VectorSpecies<Float> FLOATS = INTS.withLanes(float.class);

  /** Two vectors of them are one of {@link #INTS} in bytes. */
  static final VectorSpecies<Short> SHORTS = part(short.class, 2);

  static final VectorSpecies<Byte> BYTES = part(byte.class, 4);

  /** A whole vector of shorts, and its lanes as bytes. */
  static final VectorSpecies<Short> WIDE_SHORTS = ShortVector.SPECIES_PREFERRED;

  static final VectorSpecies<Byte> WIDE_SHORTS_AS_BYTES = part(byte.class, 2);

  /** How many ints fit in a vector. */
  static final int COUNT = INTS.length();

  /** The fewest bits that the kernels can do with: a quarter of it must be a shape. */
  static final int LEAST_BITS = 256;

  private Lanes() {}

  private static <T> VectorSpecies<T> part(Class<T> type, int divisor) {
    return VectorSpecies.of(type, VectorShape.forBitSize(INTS.vectorBitSize() / divisor));
  }
}
