/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A run of token ids within an array: {@code array[from .. to)}. Ordered lexicographically, so that
 * among sorted runs the one with the longest common prefix is a neighbour.
 */
final class TokenRun implements Comparable<TokenRun> {
  private final int[] array;
  private final int from;
  private final int to;

  /**
   * @param array not copied, and not to be changed while the run is in use
   */
  TokenRun(int[] array, int from, int to) {
    this.array = array;
    this.from = from;
    this.to = to;
  }

  static TokenRun copyOf(int[] tokens, int from, int count) {
    return new TokenRun(Arrays.copyOfRange(tokens, from, from + count), 0, count);
  }

  int[] array() {
    return array;
  }

  /** A copy of the tokens. */
  int[] toArray() {
    return Arrays.copyOfRange(array, from, to);
  }

  int from() {
    return from;
  }

  int length() {
    return to - from;
  }

  /** How many tokens both runs have in common at their start. */
  int commonPrefix(TokenRun other) {
    int mismatch = Arrays.mismatch(array, from, to, other.array, other.from, other.to);
    return mismatch < 0 ? length() : mismatch;
  }

  @Override
  public int compareTo(TokenRun other) {
    return Arrays.compare(array, from, to, other.array, other.from, other.to);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TokenRun that && compareTo(that) == 0;
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + array[i];
    }
    return hash;
  }
}
