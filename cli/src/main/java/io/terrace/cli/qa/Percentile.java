/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import java.util.Arrays;

/** Percentiles by the nearest rank: each is one of the values. */
final class Percentile {
  private final double[] sorted;

  /**
   * @param values at least one
   */
  Percentile(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no value");
    }
    sorted = values.clone();
    Arrays.sort(sorted);
  }

  /** The least value that {@code percent} of all values do not exceed. */
  double at(int percent) {
    int rank = Math.ceilDiv(percent * sorted.length, 100);
    return sorted[Math.max(0, rank - 1)];
  }
}
