/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

/**
 * How long a model takes to compute tokens of a prompt, measured as it runs: a part that each token
 * costs, and a part that grows with the number of positions before it, which its attention reads.
 * The two are fitted to the passes by least squares, newer passes counting more.
 *
 * <p>Safe for use by several threads.
 */
final class PrefillSpeed {
  private static final double KEPT_SHARE = 0.95; // of what was known, at each pass

  /** Until something is measured: a small model on a few cores. */
  private static final double GUESS_NANOS = 4_000_000;

  private static final int[] REMEMBERED_AT = {0, 4096};
  private static final int REMEMBERED_TOKENS = 256;

  private double nn; // sums of products: tokens, tokens × depth, nanoseconds
  private double nd;
  private double dd;
  private double ny;
  private double dy;
  private double perToken = GUESS_NANOS;
  private double perTokenAndDepth;
  private boolean measured;

  /** Begins with what was measured before, instead of a guess: it counts as two passes. */
  synchronized void remember(Speeds.OfModel figures) {
    nn = 0;
    nd = 0;
    dd = 0;
    ny = 0;
    dy = 0;
    for (int from : REMEMBERED_AT) {
      int to = from + REMEMBERED_TOKENS;
      double n = REMEMBERED_TOKENS;
      double d = n * (from + to) / 2;
      add(n, d, n * figures.perToken() + d * figures.perTokenAndDepth());
    }
    fit();
    measured = true;
  }

  /** What is known now. */
  synchronized Speeds.OfModel figures() {
    return new Speeds.OfModel(perToken, perTokenAndDepth);
  }

  synchronized boolean isMeasured() {
    return measured;
  }

  /** A pass computed the positions {@code from .. to}. */
  synchronized void measured(int from, int to, long nanos) {
    double n = to - from;
    add(n, n * (from + to) / 2, (double) nanos);
    fit();
    measured = true;
  }

  private void add(double n, double d, double nanos) {
    nn = KEPT_SHARE * nn + n * n;
    nd = KEPT_SHARE * nd + n * d;
    dd = KEPT_SHARE * dd + d * d;
    ny = KEPT_SHARE * ny + n * nanos;
    dy = KEPT_SHARE * dy + d * nanos;
  }

  private void fit() {
    double determinant = nn * dd - nd * nd;
    double slope = determinant > 1e-6 * nn * dd ? (nn * dy - nd * ny) / determinant : 0;
    double base = (ny - slope * nd) / nn;
    if (slope < 0 || base < 0) { // too few kinds of passes: all of it to the tokens
      slope = 0;
      base = ny / nn;
    }
    perToken = base;
    perTokenAndDepth = slope;
  }

  /** How long the positions {@code from .. to} take, in nanoseconds. */
  synchronized double nanos(int from, int to) {
    double n = Math.max(0, to - from);
    return n * perToken + n * (from + to) / 2 * perTokenAndDepth;
  }
}
