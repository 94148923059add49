/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import java.lang.foreign.MemorySegment;

/**
 * Rotary position embedding (Su et al., arXiv 2104.09864) as Jlama computes it: elements {@code i}
 * and {@code i + headSize / 2} of a head are turned together. Jlama looks the angle up where the
 * element lies among all KV heads, so that KV head g at position p, and the heads of queries that
 * read it, are turned as if at position p + 2g.
 */
final class RotaryEmbedding {
  private final float[][] angles;
  private final int headSize;

  /**
   * @param angles cosine and sine, as {@code Config.ropeFreqs} has them: [position × half + i]
   * @param headSize elements of a head
   */
  RotaryEmbedding(float[][] angles, int headSize) {
    this.angles = angles;
    this.headSize = headSize;
  }

  /** Whether there are angles for all KV heads of a position. */
  boolean has(int position, int kvHeads) {
    int half = headSize / 2;
    return position * (long) half + (kvHeads - 1L) * headSize + half <= angles.length;
  }

  /**
   * Turns one head.
   *
   * @param at its first element
   * @param kvHead the head of K that it is, or reads
   */
  void turn(MemorySegment memory, Elements type, long at, int kvHead, int position) {
    int half = headSize / 2;
    int angle = position * half + kvHead * headSize;
    for (int i = 0; i < half; i++) {
      float[] turned = angles[angle + i];
      float first = type.get(memory, at + i);
      float second = type.get(memory, at + i + half);
      type.set(memory, at + i, first * turned[0] - second * turned[1]);
      type.set(memory, at + i + half, first * turned[1] + second * turned[0]);
    }
  }
}
