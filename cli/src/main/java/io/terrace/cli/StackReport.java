/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;

/** {@link StackFigures} for people. */
final class StackReport {
  private static final double WARM_AIM = 1.05;
  private static final double COLD_AIM = 1.01;
  private static final String ALONE = "itself, reuse off";

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
    String rounds = "Time to the first token in ms, medians of " + figures.rounds() + " rounds";
    boolean alike = figures.warmRounds() == figures.rounds();
    lines.add(rounds + (alike ? "" : " (warm: " + figures.warmRounds() + ")"));
    lines.add("");
    lines.addAll(report.times().lines());
    if (report.sets.contains(TierSet.FULL.word())) {
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
            "tiers",
            "prompt\ntokens",
            "state",
            "the full set\ncompared to",
            "ratio in\neach round",
            "half of\nthem in",
            "aim",
            "");
    for (StackRow first : firsts()) {
      boolean warm = first.state().equals(StackRow.WARM);
      String other = warm ? bestSubset(first) : ALONE;
      List<Double> ratios = warm ? ratios(first, other) : ratiosToItself(first);
      if (!ratios.isEmpty()) {
        double ratio = Median.of(ratios, Double::doubleValue);
        double aim = warm ? WARM_AIM : COLD_AIM;
        table.row(
            first.speed(),
            Messages.grouped(first.promptTokens()),
            first.state(),
            other,
            format("%.3f", ratio),
            format("%.3f", Median.quantile(ratios, Double::doubleValue, 0.25))
                + " – "
                + format("%.3f", Median.quantile(ratios, Double::doubleValue, 0.75)),
            format("%.2f", aim),
            ratio > aim ? "MISSED" : "");
      }
    }
    return table;
  }

  /** The full set's times by those of the same program without reuse, of each round. */
  private List<Double> ratiosToItself(StackRow like) {
    return row(like, TierSet.FULL.word())
        .map(row -> ratios(row.ttftMsEach(), row.aloneMsEach()))
        .orElse(List.of());
  }

  private static String format(String format, double ratio) {
    return String.format(Locale.ROOT, format, ratio);
  }

  /**
   * The full set's times by another's, of each round: how fast the machine was meanwhile counts
   * little.
   */
  private List<Double> ratios(StackRow like, String other) {
    List<Double> full = row(like, TierSet.FULL.word()).map(StackRow::ttftMsEach).orElse(List.of());
    List<Double> others = row(like, other).map(StackRow::ttftMsEach).orElse(List.of());
    return ratios(full, others);
  }

  private static List<Double> ratios(List<Double> full, List<Double> others) {
    return IntStream.range(0, Math.min(full.size(), others.size()))
        .mapToObj(i -> full.get(i) / others.get(i))
        .toList();
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
    return row(like, set).stream().mapToDouble(StackRow::ttftMs).findFirst();
  }

  private Optional<StackRow> row(StackRow like, String set) {
    return rows.stream()
        .filter(row -> row.set().equals(set) && row.speed().equals(like.speed()))
        .filter(row -> row.promptTokens() == like.promptTokens())
        .filter(row -> row.state().equals(like.state()))
        .findFirst();
  }
}
