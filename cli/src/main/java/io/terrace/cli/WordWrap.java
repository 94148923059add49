/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.util.ArrayList;
import java.util.List;

/** Breaks texts at blanks, so that they fit beside each other in columns. */
final class WordWrap {
  private static final int NARROWEST = 24; // a column of single words is worse than a long line

  private WordWrap() {}

  /**
   * The lines of a text. A word that is wider than the column, such as a path, stays whole; line
   * feeds of the text stay.
   *
   * @param first what stands before the first line
   * @param left blanks before the others
   * @param width of all of it, in characters
   */
  static List<String> wrap(String first, String text, int left, int width) {
    int column = Math.max(NARROWEST, width - left);
    List<String> lines = new ArrayList<>();
    String before = first;
    for (String paragraph : text.split("\n", -1)) {
      StringBuilder line = new StringBuilder();
      for (String word : paragraph.strip().split(" +", -1)) {
        if (!line.isEmpty() && line.length() + 1 + word.length() > column) {
          lines.add(before + line);
          before = " ".repeat(left);
          line.setLength(0);
        }
        line.append(line.isEmpty() ? "" : " ").append(word);
      }
      lines.add((before + line).stripTrailing());
      before = " ".repeat(left);
    }
    return lines;
  }
}
