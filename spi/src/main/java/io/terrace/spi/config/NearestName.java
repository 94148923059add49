/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/*
 * Optimal string alignment distance (Damerau-Levenshtein without a second edit of a swapped pair),
 * three rows at a time. A third of the longer name may differ: "pool.byte" finds "pool.bytes", while
 * a name of something else entirely gets no misleading answer.
 */
final class NearestName {
  private NearestName() {}

  static Optional<String> of(String wrong, Collection<String> known) {
    Optional<String> ending =
        known.stream().filter(name -> fold(name).endsWith("." + fold(wrong))).findFirst();
    if (ending.isPresent()) {
      return ending;
    }
    return known.stream()
        .filter(name -> distance(fold(wrong), fold(name)) <= tolerated(wrong, name))
        .min(Comparator.comparingInt(name -> distance(fold(wrong), fold(name))));
  }

  static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(last[j], row[j - 1]) + 1);
        if (swapped(a, i, b, j)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      beforeLast = last;
      last = row;
    }
    return last[b.length()];
  }

  private static boolean swapped(String a, int i, String b, int j) {
    return i > 1
        && j > 1
        && a.charAt(i - 1) == b.charAt(j - 2)
        && a.charAt(i - 2) == b.charAt(j - 1);
  }

  private static int tolerated(String a, String b) {
    return Math.max(1, Math.max(a.length(), b.length()) / 3);
  }

  private static String fold(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
