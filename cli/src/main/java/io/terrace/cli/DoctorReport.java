/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.Doctor.Section;
import io.terrace.spi.Finding;
import io.terrace.spi.Finding.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code terrace doctor} says. */
final class DoctorReport {
  private static final int INDENT = 2;
  private static final int LEVEL_WIDTH = 7;

  private DoctorReport() {}

  /**
   * Each section: a heading, and for each finding how bad it is, what was looked at, what was found
   * and, behind an arrow, what to do about it.
   *
   * @param width of the terminal, in characters
   */
  static List<String> lines(List<Section> sections, int width) {
    int subject =
        sections.stream()
            .flatMap(section -> section.findings().stream())
            .mapToInt(finding -> finding.subject().length())
            .max()
            .orElse(0);
    int left = INDENT + LEVEL_WIDTH + subject + 2;
    List<String> lines = new ArrayList<>();
    for (Section section : sections) {
      lines.add(section.name());
      for (Finding finding : section.findings()) {
        String first =
            " ".repeat(INDENT)
                + padded(word(finding.level()), LEVEL_WIDTH)
                + padded(finding.subject(), subject + 2);
        lines.addAll(WordWrap.wrap(first, finding.text(), left, width));
        if (!finding.advice().isEmpty()) {
          lines.addAll(WordWrap.wrap(" ".repeat(left) + "-> ", finding.advice(), left + 3, width));
        }
      }
      lines.add("");
    }
    lines.add(verdict(sections));
    return lines;
  }

  private static String verdict(List<Section> sections) {
    long errors = count(sections, Level.BAD);
    long warnings = count(sections, Level.WARNING);
    return errors + warnings == 0
        ? "Nothing is wrong."
        : plural(errors, "error") + ", " + plural(warnings, "warning") + ".";
  }

  private static String plural(long number, String word) {
    return (number == 0 ? "no" : String.valueOf(number)) + " " + word + (number == 1 ? "" : "s");
  }

  /** The same for programs. */
  static Map<String, Object> json(List<Section> sections) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("errors", count(sections, Level.BAD));
    json.put("warnings", count(sections, Level.WARNING));
    json.put("sections", sections.stream().map(DoctorReport::json).toList());
    return json;
  }

  private static Map<String, Object> json(Section section) {
    List<Map<String, Object>> findings = new ArrayList<>();
    for (Finding finding : section.findings()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("level", word(finding.level()).toLowerCase(Locale.ROOT));
      one.put("subject", finding.subject());
      one.put("text", finding.text());
      one.put("advice", finding.advice());
      findings.add(one);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", section.name());
    json.put("findings", findings);
    return json;
  }

  private static long count(List<Section> sections, Level level) {
    return sections.stream()
        .flatMap(section -> section.findings().stream())
        .filter(finding -> finding.level() == level)
        .count();
  }

  private static String word(Level level) {
    return switch (level) {
      case GOOD -> "ok";
      case WARNING -> "warn";
      case BAD -> "ERROR";
    };
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
