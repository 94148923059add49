/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.soak.SoakHits;
import io.terrace.cli.soak.SoakOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What is wrong with a soak. */
final class SoakVerdict {
  static final double LONG_MINUTES = 10;
  private static final long LONG_REQUESTS = 10_000;
  private static final long LONG_FAULTS = 20;
  private static final double LEAST_SHARE = 0.5;

  /** What the engine finds out about chunks, by its names. */
  private static final List<String> FOUND =
      Stream.of(
              "truncated",
              "oversized",
              "foreign",
              "older",
              "newer",
              "header_damaged",
              "malformed",
              "other_key",
              "other_model",
              "other_tokens",
              "payload_damaged",
              "undecodable")
          .map(kind -> "fault." + kind)
          .toList();

  /** What was done to chunks; a read that hangs may come back just in time. */
  private static final List<String> DONE =
      Stream.of(
              "header.damaged",
              "header.cut",
              "payload.damaged",
              "payload.cut",
              "other.payload",
              "other.chunk",
              "other.tokens",
              "read.hangs")
          .map(kind -> "own.fault." + kind)
          .toList();

  private SoakVerdict() {}

  /** One line each; none if all is well. */
  static List<String> problems(SoakFigures figures) {
    List<String> problems = new ArrayList<>();
    requests(figures, problems);
    faults(figures, problems);
    figures
        .outcome()
        .accounting()
        .forEach(
            (what, left) -> {
              if (left != 0) {
                problems.add("not given back at the end: " + what + " is " + left + ", wanted 0");
              }
            });
    return problems;
  }

  private static void requests(SoakFigures figures, List<String> problems) {
    SoakOutcome outcome = figures.outcome();
    if (outcome.wrong() > 0) {
      problems.add(outcome.wrong() + " answers differ from those without reuse");
    }
    if (outcome.failed() > 0) {
      problems.add(outcome.failed() + " requests failed");
    }
    outcome.examples().forEach(example -> problems.add("  " + example));
    if (outcome.limits().over() > 0) {
      problems.add(
          outcome.limits().over()
              + " requests took longer than computing all and a tier's deadline, the slowest: "
              + outcome.limits().nearest());
    }
    double waited = outcome.hits().longestWaitMillis();
    if (waited > figures.deadlineMillis()) {
      problems.add(
          String.format(
              Locale.ROOT,
              "a prompt waited %.0f ms for tiers and others, wanted at most %.0f ms",
              waited,
              figures.deadlineMillis()));
    }
    long wanted = figures.minutes() >= LONG_MINUTES ? LONG_REQUESTS : 1;
    if (outcome.requests() < wanted) {
      problems.add(outcome.requests() + " requests were answered, wanted at least " + wanted);
    }
    SoakHits hits = outcome.hits();
    share(hits.tokenShare(), "tokens", problems);
    share(hits.promptShare(), "prompts", problems);
  }

  private static void share(double share, String of, List<String> problems) {
    if (share <= LEAST_SHARE) {
      problems.add(
          String.format(
              Locale.ROOT,
              "%.1f %% of the %s were reused, wanted more than half",
              100 * share,
              of));
    }
  }

  private static void faults(SoakFigures figures, List<String> problems) {
    long wanted = figures.minutes() >= LONG_MINUTES ? LONG_FAULTS : 1;
    figures
        .faults()
        .forEach(
            (kind, count) -> {
              if (count < wanted) {
                problems.add(
                    "the fault '" + kind + "' struck " + count + " times, wanted " + wanted);
              }
            });
    if (figures.faults().isEmpty()) {
      problems.add("no tier says what it did on purpose");
    }
    if (figures.sum(List.of("fault.other_tokens")) == 0) {
      problems.add("no chunk was refused for its tokens");
    }
    long found = figures.sum(FOUND);
    long done = figures.sum(DONE);
    if (found > done) {
      problems.add(
          found
              + " chunks were found to be damaged, and no more than "
              + done
              + " were on purpose");
    }
  }
}
