/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table of a run and the sentences below it. */
final class Report {
  private Report() {}

  static List<String> lines(List<Measured> measured, DemoOptions options) {
    List<String> lines = new ArrayList<>(table(measured).lines());
    lines.add("");
    lines.add(
        "Times in ms, to the first token; warm: median of "
            + Measurement.WARM_REQUESTS
            + " requests. ratio: warm, less the");
    lines.add(
        "time to turn text into tokens, in decode steps of the same answer, median. speed-up:");
    lines.add("reuse off / warm.");
    lines.add(
        "same answers: cold, warm and "
            + options.checkedQuestions()
            + " of "
            + Questions.NEW_QUESTIONS
            + " new questions, against reuse off, token for token.");
    if (measured.stream().anyMatch(m -> !m.figures().plainIdentical())) {
      lines.add(plainDiffers(measured));
    }
    if (measured.stream().anyMatch(m -> !m.firstTokenSeen())) {
      lines.add("Some answer began with a special token: its time is Jlama's own, in whole ms.");
    }
    lines.add("");
    lines.add(meaning(measured.get(measured.size() - 1)));
    return lines;
  }

  private static Table table(List<Measured> measured) {
    Table table =
        new Table(
            "prompt\ntokens",
            "tokens\nreused",
            "Jlama\nalone",
            "agent,\nreuse off",
            "cold",
            "warm",
            "warm, new\nquestion",
            "decode\nstep",
            "ratio",
            "speed-up",
            "same\nanswers");
    for (Measured one : measured) {
      RunFigures run = one.figures();
      table.row(
          Messages.grouped(run.promptTokens()),
          Messages.grouped(run.reusedTokens()),
          Table.millis(run.ttftMsPlain()) + (run.plainIdentical() ? "" : "*"),
          Table.millis(run.ttftMsWithout()),
          Table.millis(run.ttftMsCold()),
          Table.millis(run.ttftMsWarm()),
          Table.millis(run.ttftMsWarmNewQuestion()),
          Table.millis(run.decodeMs()),
          String.format(Locale.ROOT, "%.2f", run.warmDecodeSteps()),
          String.format(Locale.ROOT, "%,.0fx", run.speedUp()),
          run.identical() ? "yes" : "NO");
    }
    return table;
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

  private static String meaning(Measured last) {
    RunFigures run = last.figures();
    if (!run.identical()) {
      return "An answer with reuse DIFFERS from the one without: this is a fault of the plugin.";
    }
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
