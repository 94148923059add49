/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Order statistics of a few measurements. */
final class Median {
  private Median() {}

  static <T> double of(List<T> measured, ToDoubleFunction<T> value) {
    return quantile(measured, value, 0.5);
  }

  /**
   * @param measured at least one
   * @param part 0 for the least, 1 for the greatest
   */
  static <T> double quantile(List<T> measured, ToDoubleFunction<T> value, double part) {
    double[] sorted = measured.stream().mapToDouble(value).toArray();
    Arrays.sort(sorted);
    return sorted[(int) Math.round(part * (sorted.length - 1))];
  }
}
