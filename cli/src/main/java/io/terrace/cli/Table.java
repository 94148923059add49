/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Right-aligned columns under headings of several lines. */
final class Table {
  private static final String GAP = "  ";

  private final List<String[]> headings = new ArrayList<>();
  private final List<String[]> rows = new ArrayList<>();

  /**
   * @param columns each column's heading; lines are separated by a line feed
   */
  Table(String... columns) {
    int lines = Arrays.stream(columns).mapToInt(c -> c.split("\n", -1).length).max().orElse(0);
    for (int line = 0; line < lines; line++) {
      String[] heading = new String[columns.length];
      for (int column = 0; column < columns.length; column++) {
        String[] parts = columns[column].split("\n", -1);
        int skipped = lines - parts.length; // short headings stand at the bottom
        heading[column] = line < skipped ? "" : parts[line - skipped];
      }
      headings.add(heading);
    }
  }

  void row(String... cells) {
    rows.add(cells);
  }

  /** The table's lines, headings first, without blanks at their ends. */
  List<String> lines() {
    List<String[]> all = new ArrayList<>(headings);
    all.addAll(rows);
    int[] widths = new int[all.get(0).length];
    for (String[] cells : all) {
      for (int column = 0; column < cells.length; column++) {
        widths[column] = Math.max(widths[column], cells[column].length());
      }
    }
    List<String> lines = new ArrayList<>();
    headings.forEach(cells -> lines.add(line(cells, widths)));
    lines.add("-".repeat(Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1)));
    rows.forEach(cells -> lines.add(line(cells, widths)));
    return lines;
  }

  /** Three or four digits, whatever the size. */
  static String millis(double value) {
    if (value < 10) {
      return String.format(Locale.ROOT, "%.2f", value);
    }
    return value < 100
        ? String.format(Locale.ROOT, "%.1f", value)
        : String.format(Locale.ROOT, "%,.0f", value);
  }

  private static String line(String[] cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < cells.length; column++) {
      line.append(column == 0 ? "" : GAP);
      line.append(" ".repeat(widths[column] - cells[column].length())).append(cells[column]);
    }
    return line.toString().stripTrailing();
  }
}
