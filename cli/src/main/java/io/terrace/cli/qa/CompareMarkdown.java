/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import io.terrace.cli.qa.AnswerCheck.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** A comparison for people, on a terminal or in a README. */
final class CompareMarkdown {
  private static final int SHOWN_CHARS = 60;

  /** What the columns mean. */
  static final String EXPLANATION =
      "Hit rate: prompt tokens that were not computed. Of reachable: the same as a part of what a"
          + " shared cache without bounds could have had.";

  private CompareMarkdown() {}

  static List<String> lines(CompareResult result, CompareContext context) {
    List<String> lines = new ArrayList<>();
    lines.add("# Multi-round QA on two instances");
    lines.add("");
    lines.add(context.model() + ", " + context.cpu() + ", " + context.jdk());
    lines.add("");
    lines.add("    " + context.command());
    lines.add("");
    lines.addAll(table(result));
    lines.add("");
    lines.add(EXPLANATION);
    lines.add("");
    lines.addAll(answers(result));
    return lines;
  }

  static List<String> table(CompareResult result) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "| history | set-up | requests/s | × alone | TTFT mean ms | p50 | p95 | p99 | prompt tokens"
            + " | hit rate | of reachable | failures |");
    lines.add("|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for (CompareRow row : result.rows()) {
      OptionalDouble alone = alone(result.rows(), row.history());
      StringJoiner cells = new StringJoiner(" | ", "| ", " |");
      cells.add(text("%,d", row.history()));
      cells.add(row.setup());
      cells.add(text("%.3f", row.processingSpeed()));
      cells.add(
          alone.isPresent() && alone.getAsDouble() > 0
              ? text("%.2f", row.processingSpeed() / alone.getAsDouble())
              : "");
      cells.add(text("%,.0f", row.ttftMsMean()));
      cells.add(text("%,.0f", row.ttftMsP50()));
      cells.add(text("%,.0f", row.ttftMsP95()));
      cells.add(text("%,.0f", row.ttftMsP99()));
      cells.add(text("%,d", row.promptTokens()));
      cells.add(text("%.1f %%", 100 * row.hitRate()));
      cells.add(text("%.1f %%", 100 * row.hitsOfReachable()));
      cells.add(text("%d", row.failures()));
      lines.add(cells.toString());
    }
    return lines;
  }

  static OptionalDouble alone(List<CompareRow> rows, int history) {
    return rows.stream()
        .filter(row -> row.setup().equals(CompareSetUp.ALONE.word()) && row.history() == history)
        .mapToDouble(CompareRow::processingSpeed)
        .findFirst();
  }

  /** Whether all set-ups gave the same answers, and where not. */
  static List<String> answers(CompareResult result) {
    if (result.isIdentical()) {
      return List.of(
          result.comparedAnswers() == 0
              ? "No answer was given in two set-ups: nothing to compare."
              : text(
                  "%,d answers were compared between set-ups (but plain): each question had one"
                      + " answer.",
                  result.comparedAnswers()));
    }
    List<String> lines = new ArrayList<>();
    lines.add("Answers DIFFER between set-ups: this is a fault. The first one of each user:");
    lines.add("");
    for (Difference difference : result.differences()) {
      lines.add(
          "- history "
              + difference.history()
              + ", user "
              + difference.user()
              + ", question "
              + difference.question()
              + ": "
              + difference.answers().entrySet().stream()
                  .map(answer -> answer.getKey() + " \"" + shown(answer.getValue()) + "\"")
                  .collect(Collectors.joining(", ")));
    }
    return lines;
  }

  private static String shown(String answer) {
    String line = answer.replaceAll("\\s+", " ");
    return line.length() <= SHOWN_CHARS ? line : line.substring(0, SHOWN_CHARS) + "…";
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
