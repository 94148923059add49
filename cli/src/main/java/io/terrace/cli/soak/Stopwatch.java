/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Collects how long requests took, by their length. Safe for use by several threads. */
final class Stopwatch {
  private static final int CLASSES = 8;

  private final List<List<Double>> millis =
      IntStream.range(0, CLASSES).<List<Double>>mapToObj(i -> new ArrayList<>()).toList();

  synchronized void took(int tokens, double took) {
    millis.get(Math.min(CLASSES - 1, SoakTimes.classOf(tokens))).add(took);
  }

  /** A copy of what was collected, for each length. */
  synchronized List<List<Double>> all() {
    return millis.stream().map(List::copyOf).toList();
  }

  SoakTimes times() {
    List<List<Double>> all = all();
    List<Double> sorted = all.stream().flatMap(List::stream).sorted().toList();
    double most = 0;
    List<Double> growing = new ArrayList<>();
    for (List<Double> ofLength : all) {
      most = Math.max(most, ofLength.stream().mapToDouble(Double::doubleValue).max().orElse(0));
      growing.add(most);
    }
    double first = growing.stream().filter(each -> each > 0).findFirst().orElse(0.0);
    growing.replaceAll(each -> Math.max(first, each));
    return new SoakTimes(sorted.size(), quantile(sorted, 0.5), quantile(sorted, 0.99), growing);
  }

  private static double quantile(List<Double> sorted, double part) {
    return sorted.isEmpty() ? 0 : sorted.get((int) (part * (sorted.size() - 1)));
  }
}
