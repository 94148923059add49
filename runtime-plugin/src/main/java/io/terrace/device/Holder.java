/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

/** Who holds pages of the pool's budget, beside the tier that keeps them. */
public enum Holder {
  /** Page tables of sessions. */
  SESSIONS(0),
  /** Loads under way, and what they brought until a session or memory has it. */
  STAGING(21),
  /** Chunks that wait to be stored below memory, or are being stored. */
  WRITES(42);

  private static final long MASK = (1L << 21) - 1;

  private final int shift; // of its count, in the counts of all holders of a page

  Holder(int shift) {
    this.shift = shift;
  }

  long one() {
    return 1L << shift;
  }

  int count(long counts) {
    return (int) ((counts >>> shift) & MASK);
  }
}
