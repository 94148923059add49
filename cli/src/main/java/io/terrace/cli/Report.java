/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The tables of a run and the sentences below them. */
final class Report {
  private Report() {}

  static List<String> lines(List<Measured> measured, DemoOptions options) {
    TierSpec tier = options.tier();
    List<String> lines = new ArrayList<>(table(measured, tier != null).lines());
    lines.add("");
    lines.add(
        "Times in ms, to the first token; warm: median of "
            + Measurement.WARM_REQUESTS
            + " requests. ratio: warm, less the");
    lines.add(
        "time to turn text into tokens, in decode steps of the same answer, median. speed-up:");
    lines.add("reuse off / warm.");
    lines.add(
        "same answers: "
            + (tier == null ? "cold" : "first request")
            + ", warm and "
            + options.checkedQuestions()
            + " of "
            + Questions.NEW_QUESTIONS
            + " new questions, against reuse off, token for token.");
    if (tier != null) {
      lines.add(
          "reused by it: tokens that the first request found in "
              + tier.text()
              + "; it is cold only\nwhere they are none, or the one that every text begins with.");
    }
    if (measured.stream().anyMatch(m -> !m.figures().plainIdentical())) {
      lines.add(plainDiffers(measured));
    }
    if (measured.stream().anyMatch(m -> !m.firstTokenSeen())) {
      lines.add("Some answer began with a special token: its time is Jlama's own, in whole ms.");
    }
    lines.add("");
    lines.add(meaning(measured));
    if (tier != null) {
      lines.addAll(SecondReport.lines(seconds(measured), tier));
    }
    return lines;
  }

  private static List<SecondInstance> seconds(List<Measured> measured) {
    return measured.stream().map(Measured::secondInstance).filter(Objects::nonNull).toList();
  }

  private static Table table(List<Measured> measured, boolean withTier) {
    List<String> columns =
        new ArrayList<>(
            List.of("prompt\ntokens", "tokens\nreused", "Jlama\nalone", "agent,\nreuse off"));
    columns.addAll(withTier ? List.of("first\nrequest", "reused\nby it") : List.of("cold"));
    columns.addAll(
        List.of(
            "warm", "warm, new\nquestion", "decode\nstep", "ratio", "speed-up", "same\nanswers"));
    Table table = new Table(columns.toArray(String[]::new));
    for (Measured one : measured) {
      table.row(row(one.figures(), withTier).toArray(String[]::new));
    }
    return table;
  }

  private static List<String> row(RunFigures run, boolean withTier) {
    List<String> row = new ArrayList<>();
    row.add(Messages.grouped(run.promptTokens()));
    row.add(Messages.grouped(run.reusedTokens()));
    row.add(Table.millis(run.ttftMsPlain()) + (run.plainIdentical() ? "" : "*"));
    row.add(Table.millis(run.ttftMsWithout()));
    row.add(Table.millis(run.ttftMsCold()));
    if (withTier) {
      row.add(Messages.grouped(run.coldReusedTokens()));
    }
    row.add(Table.millis(run.ttftMsWarm()));
    row.add(Table.millis(run.ttftMsWarmNewQuestion()));
    row.add(Table.millis(run.decodeMs()));
    row.add(String.format(Locale.ROOT, "%.2f", run.warmDecodeSteps()));
    row.add(String.format(Locale.ROOT, "%,.0fx", run.speedUp()));
    row.add(run.identical() ? "yes" : "NO");
    return row;
  }

  private static String plainDiffers(List<Measured> measured) {
    String why =
        measured.get(0).figures().operations().equals("native")
            ? "its native operations leave some results unwritten at this\n"
                + "  model's widths; the agent mends that."
            : "Panama operations add in another order while the JVM's\n"
                + "  compiler warms up, which can tip a close choice.";
    return "* Jlama alone gives another text: " + why;
  }

  private static String meaning(List<Measured> measured) {
    if (!measured.stream().allMatch(one -> one.figures().identical())) {
      return "An answer with reuse DIFFERS from the one without: this is a fault of the plugin.";
    }
    if (!measured.stream().allMatch(one -> one.figures().isReused())) {
      return "A prompt that was seen before was computed again for the most part: see the logs. (A\n"
          + "variable such as TERRACE_REUSE or TERRACE_POOL_BYTES holds for the programs, too.)";
    }
    Measured last = measured.get(measured.size() - 1);
    RunFigures run = last.figures();
    return String.format(
        Locale.ROOT,
        "A prompt of %s tokens that was seen before begins its answer after %s ms instead of %s,\n"
            + "and after %s ms with another question at its end (%s tokens reused).",
        Messages.grouped(run.promptTokens()),
        Table.millis(run.ttftMsWarm()),
        Table.millis(run.ttftMsWithout()),
        Table.millis(run.ttftMsWarmNewQuestion()),
        Messages.grouped(last.newQuestionReusedTokens()));
  }
}
