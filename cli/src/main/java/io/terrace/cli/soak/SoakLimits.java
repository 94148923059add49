/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.soak;

import java.util.List;
import java.util.Locale;

/**
 * Requests held against their limit: the longest that computing all of one took under the same
 * load, of whatever length, since most of it is waiting for a core; and the deadline of a tier.
 *
 * @param over requests that took longer
 * @param leastMarginMillis by how much the one nearest to its limit stayed below it; negative if it
 *     did not
 * @param nearest that one, in words
 */
public record SoakLimits(long over, double leastMarginMillis, String nearest) {
  /**
   * @param alone requests without reuse among the others
   * @param before requests without reuse in the process of the reference
   */
  static SoakLimits of(
      Stopwatch stopwatch, SoakTimes alone, SoakTimes before, double deadlineMillis) {
    List<List<Double>> all = stopwatch.all();
    double computing = Math.max(alone.longest(), before.longest());
    long over = 0;
    double least = Double.POSITIVE_INFINITY;
    String nearest = "none";
    for (int i = 0; i < all.size(); i++) {
      for (double took : all.get(i)) {
        double margin = computing + deadlineMillis - took;
        over += margin < 0 ? 1 : 0;
        if (margin < least) {
          least = margin;
          nearest =
              String.format(
                  Locale.ROOT,
                  "%.0f ms for up to %d tokens; computing all took up to %.0f ms",
                  took,
                  (i + 1) * SoakTimes.CLASS_TOKENS,
                  computing);
        }
      }
    }
    return new SoakLimits(over, least, nearest);
  }
}
