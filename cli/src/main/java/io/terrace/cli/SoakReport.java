/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.soak.SoakHits;
import io.terrace.cli.soak.SoakOutcome;
import io.terrace.cli.soak.SoakTimes;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@link SoakFigures} for people. */
final class SoakReport {
  private static final List<String> TIER_FIGURES =
      List.of("loaded", "stored", "refused", "failures", "timeouts", "skipped", "setAside");

  private SoakReport() {}

  static void print(SoakFigures figures, List<String> problems, PrintWriter out) {
    SoakOutcome outcome = figures.outcome();
    out.println("Jlama " + figures.jlama() + ", " + figures.operations() + ", " + figures.cpu());
    out.println(
        String.format(
            Locale.ROOT,
            "seed %d, %d threads, %s minutes: %s requests, %d wrong, %d failed",
            figures.seed(),
            figures.threads(),
            figures.minutes(),
            Messages.grouped(outcome.requests()),
            outcome.wrong(),
            outcome.failed()));
    hits(outcome.hits(), out);
    times(figures, out);
    out.println();
    table(new ArrayList<>(figures.faults().keySet()), "fault", "own.fault.", outcome, out);
    out.println();
    table(TIER_FIGURES, "tier", "", outcome, out);
    out.println();
    out.println("the plugin: " + line(outcome.engine()));
    out.println("left at the end: " + line(outcome.accounting()));
    out.println();
    out.println(problems.isEmpty() ? "Nothing was found." : "Found:");
    problems.forEach(problem -> out.println("- " + problem));
    out.flush();
  }

  private static void hits(SoakHits hits, PrintWriter out) {
    out.println(
        String.format(
            Locale.ROOT,
            "reused: %.1f %% of %s tokens (%s from memory, %s from tiers, %s from other requests),"
                + " in %.1f %% of the prompts",
            100 * hits.tokenShare(),
            Messages.grouped(hits.tokens()),
            Messages.grouped(hits.fromMemory()),
            Messages.grouped(hits.fromTiers()),
            Messages.grouped(hits.fromOthers()),
            100 * hits.promptShare()));
  }

  private static void times(SoakFigures figures, PrintWriter out) {
    SoakOutcome outcome = figures.outcome();
    out.println("a request, without reuse before: " + times(figures.withoutReuse()));
    out.println("a request, without reuse within: " + times(outcome.alone()));
    out.println(
        "a request, in the soak:          "
            + times(outcome.times())
            + String.format(
                Locale.ROOT,
                "; waits of up to %.0f ms, %d late loads",
                outcome.hits().longestWaitMillis(),
                outcome.hits().lateLoads()));
    out.println(
        String.format(
            Locale.ROOT,
            "over the limit (longest without reuse + %.0f ms): %d; the nearest by" + " %.0f ms: %s",
            figures.deadlineMillis(),
            outcome.limits().over(),
            outcome.limits().leastMarginMillis(),
            outcome.limits().nearest()));
  }

  private static String times(SoakTimes times) {
    return String.format(
        Locale.ROOT,
        "median %.1f ms, 99 %% within %.1f ms, longest %.0f ms",
        times.medianMillis(),
        times.p99Millis(),
        times.longest());
  }

  private static void table(
      List<String> names, String heading, String prefix, SoakOutcome outcome, PrintWriter out) {
    List<String> headings = new ArrayList<>(List.of(heading));
    headings.addAll(outcome.tiers().keySet());
    Table table = new Table(headings.toArray(String[]::new));
    for (String name : names) {
      List<String> cells = new ArrayList<>(List.of(name));
      for (Map<String, Long> tier : outcome.tiers().values()) {
        cells.add(Messages.grouped(tier.getOrDefault(prefix + name, 0L)));
      }
      table.row(cells.toArray(String[]::new));
    }
    table.lines().forEach(out::println);
  }

  private static String line(Map<String, Long> figures) {
    List<String> parts = new ArrayList<>();
    figures.forEach((name, count) -> parts.add(name + " " + Messages.grouped(count)));
    return String.join(", ", parts);
  }
}
