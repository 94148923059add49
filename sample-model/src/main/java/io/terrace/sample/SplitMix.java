/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.sample;

/**
 * Random numbers by counter: number {@code i} of a stream is a function of the stream's seed and
 * {@code i}, so that a tensor has the same content whatever was generated before it.
 *
 * <p>The mixing function is SplitMix64's (Steele, Lea, Flood: "Fast splittable pseudorandom number
 * generators", OOPSLA 2014, variant 13 of Stafford's mixers). Written out here because no class of
 * the JDK promises its sequence for ever, and model files must be the same bytes on every machine.
 */
record SplitMix(long seed) {

  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  /** Four 16-bit uniforms: variance 4 (2^32 - 1) / 12. */
  private static final double NORMAL_SCALE = 1.0 / Math.sqrt((4.0 * (0x1p32 - 1.0)) / 12.0);

  /** An independent stream for a name: FNV-1a over its UTF-16 units, mixed into the seed. */
  SplitMix stream(String name) {
    long hash = 0xCBF29CE484222325L;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001B3L;
    }
    return new SplitMix(mix(seed ^ mix(hash)));
  }

  /** 64 random bits. */
  long bits(long index) {
    return mix(seed + (index + 1) * GOLDEN_GAMMA);
  }

  /**
   * Mean 0, variance 1, nearly normal: the sum of four 16-bit uniforms. Exact integer arithmetic
   * and one multiplication, no library function whose last bit a machine may choose.
   */
  double normal(long index) {
    long bits = bits(index);
    long sum = (bits & 0xFFFF) + (bits >>> 16 & 0xFFFF) + (bits >>> 32 & 0xFFFF) + (bits >>> 48);
    return (sum - 2L * 0xFFFF) * NORMAL_SCALE;
  }

  private static long mix(long z) {
    long first = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long second = (first ^ (first >>> 27)) * 0x94D049BB133111EBL;
    return second ^ (second >>> 31);
  }
}
