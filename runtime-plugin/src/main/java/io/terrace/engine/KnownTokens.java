/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import java.util.Arrays;

/** The tokens of a session, from its first position on. Used by one thread at a time. */
final class KnownTokens {
  /** Room behind a prompt for the first tokens of its answer, which come one by one. */
  private static final int ANSWER_TOKENS = 128;

  private int[] ids = {};
  private int count;

  int count() {
    return count;
  }

  /** The tokens in {@code [0 .. count)}; not to be changed or kept. */
  int[] ids() {
    return ids;
  }

  int[] copy() {
    return Arrays.copyOf(ids, count);
  }

  /**
   * Takes tokens from a position on; those that were known behind them are forgotten.
   *
   * @return false where tokens are missing before them
   */
  boolean tell(int start, int[] newIds) {
    boolean follows = makeRoom(start, start + newIds.length);
    if (follows) {
      System.arraycopy(newIds, 0, ids, start, newIds.length);
    }
    return follows;
  }

  /** As {@link #tell(int, int[])} for one token, without an array. */
  boolean tell(int start, int id) {
    boolean follows = makeRoom(start, start + 1);
    if (follows) {
      ids[start] = id;
    }
    return follows;
  }

  private boolean makeRoom(int start, int end) {
    if (start > count) {
      return false;
    }
    if (end > ids.length) {
      ids = Arrays.copyOf(ids, Math.max(end + ANSWER_TOKENS, ids.length * 2));
    }
    count = end;
    return true;
  }

  void forgetFrom(int position) {
    count = Math.min(count, position);
  }
}
