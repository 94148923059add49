/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import java.util.Arrays;
import java.util.Random;

/** Prompts by number: the same number gives the same prompt. */
final class Prompts {
  /** Ids that every sample model has, behind its special tokens. */
  private static final int FIRST = 4;

  private static final int LAST = 500;

  private Prompts() {}

  /** Token ids that begin as every text does. */
  static int[] tokens(long number, int length) {
    int[] tokens = new Random(number).ints(length, FIRST, LAST).toArray();
    tokens[0] = 0;
    return tokens;
  }

  /** The first {@code shared} tokens of another prompt, then others, of which the first differs. */
  static int[] branch(int[] prompt, int shared, int others, long number) {
    int[] tokens = Arrays.copyOf(prompt, shared + others);
    Random random = new Random(number);
    for (int i = shared; i < tokens.length; i++) {
      tokens[i] = random.nextInt(FIRST, LAST);
    }
    if (shared < prompt.length && tokens[shared] == prompt[shared]) {
      tokens[shared] = prompt[shared] == LAST ? FIRST : prompt[shared] + 1;
    }
    return tokens;
  }

  static int[] concat(int[] first, int[]... others) {
    int[] all = first;
    for (int[] other : others) {
      int length = all.length;
      all = Arrays.copyOf(all, length + other.length);
      System.arraycopy(other, 0, all, length, other.length);
    }
    return all;
  }

  /**
   * A text of so many tokens with the one at its beginning: digits, which no token of a sample
   * model joins.
   */
  static String text(long number, int tokens) {
    StringBuilder text = new StringBuilder();
    new Random(number).ints(tokens - 1, '0', '9' + 1).forEach(digit -> text.append((char) digit));
    return text.toString();
  }
}
