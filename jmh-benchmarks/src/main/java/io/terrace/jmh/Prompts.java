/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jmh;

import java.util.Random;

/** Token ids of prompts, the same in every run. */
final class Prompts {
  /** No prompt made here has this id: a prompt that begins with it has nothing in common. */
  static final int UNUSED_ID = 60_000;

  private static final int VOCABULARY = 49_152;

  private Prompts() {}

  static int[] random(long seed, int count) {
    return new Random(seed).ints(count, 0, VOCABULARY).toArray();
  }

  /** A prompt that has the first {@code shared} tokens of another one. */
  static int[] branch(int[] other, int shared, long seed, int count) {
    int[] tokens = random(seed, count);
    System.arraycopy(other, 0, tokens, 0, shared);
    tokens[shared] = other[shared] ^ 1;
    return tokens;
  }
}
