/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import java.util.ArrayList;
import java.util.List;

/** Comma-separated values as RFC 4180 has them, with a line feed at the end of each record. */
final class Csv {
  private Csv() {}

  static String write(List<List<String>> records) {
    StringBuilder text = new StringBuilder();
    for (List<String> record : records) {
      for (int i = 0; i < record.size(); i++) {
        text.append(i == 0 ? "" : ",").append(quoted(record.get(i)));
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String quoted(String cell) {
    boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
  }

  /** The records; lines without anything are left out. A quote that does not end ends with all. */
  static List<List<String>> read(String text) {
    List<List<String>> records = new ArrayList<>();
    List<String> record = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean inQuotes = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (inQuotes) {
        boolean doubled = c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"';
        if (c == '"' && !doubled) {
          inQuotes = false;
        } else {
          cell.append(c);
          i += doubled ? 1 : 0;
        }
      } else if (c == '"') {
        inQuotes = true;
      } else if (c == ',') {
        record.add(take(cell));
      } else if (c == '\n') {
        finish(records, record, cell);
        record = new ArrayList<>();
      } else if (c != '\r') {
        cell.append(c);
      }
    }
    finish(records, record, cell);
    return records;
  }

  private static String take(StringBuilder cell) {
    String text = cell.toString();
    cell.setLength(0);
    return text;
  }

  private static void finish(List<List<String>> records, List<String> record, StringBuilder cell) {
    if (!record.isEmpty() || !cell.isEmpty()) {
      record.add(take(cell));
      records.add(record);
    }
  }
}
