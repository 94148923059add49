/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

/**
 * How long a model takes to compute tokens of a prompt, measured as it runs: a part that each token
 * costs, and a part that grows with the number of positions before it, which its attention reads.
 * The two are fitted to the passes by least squares, newer passes counting more: much more where
 * they are faster. A pass is slow for many reasons, such as code that is not compiled yet or a
 * neighbour, and fast for one.
 *
 * <p>Safe for use by several threads.
 */
final class PrefillSpeed {
  private static final double KEPT_SHARE = 0.95; // of what was known, at each pass

  /** Less than this share of what a pass was expected to take is news. */
  private static final double FAST = 0.8;

  /** Of what was known, at a pass that is news. */
  private static final double KEPT_AT_NEWS = 0.5;

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
    if (measured && nanos < FAST * nanos(from, to)) {
      forget(n);
    }
    add(n, n * (from + to) / 2, (double) nanos);
    fit();
    measured = true;
  }

  /** A pass of few tokens, whose time says little, has little forgotten. */
  private void forget(double n) {
    double usual = (1 - KEPT_SHARE) * nn; // what a pass of the usual size adds, once many were seen
    keep(1 - (1 - KEPT_AT_NEWS) * Math.min(1, n * n / usual));
  }

  private void keep(double share) {
    nn *= share;
    nd *= share;
    dd *= share;
    ny *= share;
    dy *= share;
  }

  private void add(double n, double d, double nanos) {
    keep(KEPT_SHARE);
    nn += n * n;
    nd += n * d;
    dd += d * d;
    ny += n * nanos;
    dy += d * nanos;
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
