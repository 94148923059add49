/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import io.terrace.cli.qa.QaRow.Served;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requests as a file: LMCache's columns in its order, and two of ours behind them. What a failed
 * request does not have is empty.
 */
final class QaCsv {
  private static final List<String> THEIRS =
      List.of(
          "prompt_tokens",
          "generation_tokens",
          "ttft",
          "generation_time",
          "user_id",
          "question_id",
          "launch_time",
          "finish_time");
  private static final List<String> OURS = List.of("cached_tokens", "error");

  private QaCsv() {}

  static void write(Path file, List<QaRow> rows) throws IOException {
    List<String> names = new ArrayList<>(THEIRS);
    names.addAll(OURS);
    List<List<String>> records = new ArrayList<>(List.of(names));
    rows.forEach(row -> records.add(cells(row)));
    Files.writeString(file, Csv.write(records));
  }

  private static List<String> cells(QaRow row) {
    Served served = row.served();
    List<String> cells = new ArrayList<>();
    cells.add(served == null ? "" : String.valueOf(served.promptTokens()));
    cells.add(served == null ? "" : String.valueOf(served.generationTokens()));
    cells.add(served == null ? "" : seconds(served.ttft()));
    cells.add(served == null ? "" : seconds(served.generationTime()));
    cells.add(String.valueOf(row.userId()));
    cells.add(String.valueOf(row.questionId()));
    cells.add(seconds(row.launchTime()));
    cells.add(seconds(row.finishTime()));
    Long cached = served == null ? null : served.cachedTokens();
    cells.add(cached == null ? "" : cached.toString());
    cells.add(row.error());
    return cells;
  }

  private static String seconds(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }

  /**
   * Reads what {@link #write} wrote, or LMCache's own client.
   *
   * @throws IOException if the file cannot be read, lacks a column, or has something else than a
   *     number in one
   */
  static List<QaRow> read(Path file) throws IOException {
    List<List<String>> records = Csv.read(Files.readString(file));
    if (records.isEmpty()) {
      throw new IOException("it is empty; wanted the columns " + String.join(",", THEIRS));
    }
    Map<String, Integer> columns = new HashMap<>();
    for (String name : records.get(0)) {
      columns.putIfAbsent(name, columns.size());
    }
    for (String name : THEIRS) {
      if (!columns.containsKey(name)) {
        throw new IOException(
            "it has no column '" + name + "'; wanted " + String.join(",", THEIRS));
      }
    }
    List<QaRow> rows = new ArrayList<>();
    for (int number = 1; number < records.size(); number++) {
      rows.add(new Cells(number + 1, columns, records.get(number)).row());
    }
    return rows;
  }

  /**
   * @param number of the record in the file, from 1 on
   */
  private record Cells(int number, Map<String, Integer> columns, List<String> cells) {
    QaRow row() throws IOException {
      return new QaRow(
          (int) whole("user_id"),
          (int) whole("question_id"),
          value("launch_time"),
          value("finish_time"),
          text("ttft").isEmpty() ? null : served(),
          text("error"));
    }

    private Served served() throws IOException {
      return new Served(
          whole("prompt_tokens"),
          whole("generation_tokens"),
          value("ttft"),
          value("generation_time"),
          text("cached_tokens").isEmpty() ? null : whole("cached_tokens"));
    }

    private String text(String name) {
      Integer column = columns.get(name);
      return column == null || column >= cells.size() ? "" : cells.get(column);
    }

    /** A whole number, which other programs write as 12.0 beside empty ones. */
    private long whole(String name) throws IOException {
      return Math.round(value(name));
    }

    private double value(String name) throws IOException {
      @Nullable Double value = parsed(text(name));
      if (value == null || !Double.isFinite(value)) {
        throw new IOException(
            "record " + number + ": '" + name + "' is '" + text(name) + "', wanted a number");
      }
      return value;
    }

    private static @Nullable Double parsed(String text) {
      try {
        return Double.valueOf(text);
      } catch (NumberFormatException e) {
        return null;
      }
    }
  }
}
