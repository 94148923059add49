/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;

/** {@link StackFigures} for people. */
final class StackReport {
  private static final double WARM_AIM = 1.05;
  private static final double COLD_AIM = 1.01;

  private final List<StackRow> rows;
  private final Set<String> sets = new LinkedHashSet<>();

  private StackReport(List<StackRow> rows) {
    this.rows = rows;
    rows.forEach(row -> sets.add(row.set()));
  }

  static List<String> lines(StackFigures figures) {
    StackReport report = new StackReport(figures.rows());
    List<String> lines = new ArrayList<>();
    lines.add(figures.model() + ", " + figures.cpu() + ", " + figures.jdk());
    lines.add("Time to the first token in ms, medians of " + figures.rounds() + " rounds");
    lines.add("");
    lines.addAll(report.times().lines());
    if (report.sets.contains(TierSet.FULL.word()) && report.sets.size() > 1) {
      lines.add("");
      lines.addAll(report.ratios().lines());
    }
    if (!figures.identical()) {
      lines.add("");
      lines.add("Answers to one prompt DIFFER between sets of tiers: this is a fault.");
    }
    return lines;
  }

  private Table times() {
    List<String> columns = new ArrayList<>(List.of("tiers", "prompt\ntokens", "state"));
    columns.addAll(sets);
    Table table = new Table(columns.toArray(String[]::new));
    for (StackRow first : firsts()) {
      List<String> cells = new ArrayList<>();
      cells.add(first.speed());
      cells.add(Messages.grouped(first.promptTokens()));
      cells.add(first.state());
      for (String set : sets) {
        OptionalDouble time = time(first, set);
        cells.add(time.isPresent() ? Table.millis(time.getAsDouble()) : "");
      }
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  private Table ratios() {
    Table table =
        new Table(
            "tiers", "prompt\ntokens", "state", "the full set\ncompared to", "ratio", "aim", "");
    for (StackRow first : firsts()) {
      boolean warm = first.state().equals(StackRow.WARM);
      String other = warm ? bestSubset(first) : TierSet.NONE.word();
      OptionalDouble full = time(first, TierSet.FULL.word());
      OptionalDouble compared = time(first, other);
      if (full.isPresent() && compared.isPresent()) {
        double ratio = full.getAsDouble() / compared.getAsDouble();
        double aim = warm ? WARM_AIM : COLD_AIM;
        table.row(
            first.speed(),
            Messages.grouped(first.promptTokens()),
            first.state(),
            other,
            String.format(Locale.ROOT, "%.3f", ratio),
            String.format(Locale.ROOT, "%.2f", aim),
            ratio > aim ? "MISSED" : "");
      }
    }
    return table;
  }

  /** One row for each speed, length and state. */
  private List<StackRow> firsts() {
    String set = sets.iterator().next();
    return rows.stream().filter(row -> row.set().equals(set)).toList();
  }

  private String bestSubset(StackRow like) {
    String best = "";
    double least = Double.MAX_VALUE;
    for (String set : sets) {
      double time = time(like, set).orElse(Double.MAX_VALUE);
      if (!set.equals(TierSet.FULL.word()) && time < least) {
        best = set;
        least = time;
      }
    }
    return best;
  }

  private OptionalDouble time(StackRow like, String set) {
    return rows.stream()
        .filter(row -> row.set().equals(set) && row.speed().equals(like.speed()))
        .filter(row -> row.promptTokens() == like.promptTokens())
        .filter(row -> row.state().equals(like.state()))
        .mapToDouble(StackRow::ttftMs)
        .findFirst();
  }
}
