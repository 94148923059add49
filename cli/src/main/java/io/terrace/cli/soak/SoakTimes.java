/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.soak;

import java.util.List;

/**
 * How long requests took, in milliseconds.
 *
 * @param count how many were timed
 * @param longestMillis of the requests of each length: of up to 64 tokens, of up to 128, and so on,
 *     each at least that of the length before
 */
public record SoakTimes(
    long count, double medianMillis, double p99Millis, List<Double> longestMillis) {
  static final int CLASS_TOKENS = 64;

  /** Copies the list. */
  public SoakTimes {
    longestMillis = List.copyOf(longestMillis);
  }

  /** The longest of all. */
  public double longest() {
    return longestMillis.isEmpty() ? 0 : longestMillis.get(longestMillis.size() - 1);
  }

  static int classOf(int tokens) {
    return (tokens - 1) / CLASS_TOKENS;
  }
}
