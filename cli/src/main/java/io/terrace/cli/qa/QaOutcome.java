/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import io.terrace.cli.qa.QaRow.Served;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a run, or the file of one, holds. */
public final class QaOutcome {
  private final List<QaRow> rows;
  private final List<Answer> answers;
  private final double from;
  private final @Nullable Workload workload;

  /**
   * @param from when it began, in seconds since 1970; negative infinity for the first request
   * @param workload null where nobody knows
   */
  QaOutcome(List<QaRow> rows, List<Answer> answers, double from, @Nullable Workload workload) {
    this.rows = List.copyOf(rows);
    this.answers = List.copyOf(answers);
    this.from = from;
    this.workload = workload;
  }

  /**
   * An answer that follows none that failed, so that it hangs on the model alone.
   *
   * @param question the number in the question's text
   */
  public record Answer(int user, int question, String text) {}

  /**
   * The outcome of a past run, from the file that {@link #write} or LMCache's client made.
   *
   * @throws IOException if it cannot be read or is no such file
   */
  public static QaOutcome read(Path file) throws IOException {
    return new QaOutcome(QaCsv.read(file), List.of(), Double.NEGATIVE_INFINITY, null);
  }

  /** Writes all requests as CSV. */
  public void write(Path file) throws IOException {
    QaCsv.write(file, rows);
  }

  /** Of each question at most one. */
  public List<Answer> answers() {
    return answers;
  }

  /**
   * All of it.
   *
   * @param skippedSeconds what ends in so many first seconds is left out
   */
  public Summary summary(double skippedSeconds) {
    double start = from == Double.NEGATIVE_INFINITY ? firstLaunch() : from;
    return Summary.of(
        rows,
        start + skippedSeconds,
        Double.POSITIVE_INFINITY,
        0,
        workload == null ? null : workload.qps());
  }

  /**
   * How many of the prompts' tokens a cache without bounds that all servers share could have had:
   * of a user's first question what all users share, of a later one the prompt before and its
   * answer. A little more than that, since what stands between two messages counts as known, and
   * the very first question as one among many.
   *
   * @param sharedTokens of the text that all users share
   */
  long reachableTokens(long sharedTokens) {
    Map<Integer, Long> known = new HashMap<>();
    long reachable = 0;
    for (QaRow row : rows) {
      Served served = row.served();
      if (served != null) {
        long before = known.getOrDefault(row.userId(), sharedTokens);
        reachable += Math.min(before, served.promptTokens() - 1);
        known.put(row.userId(), served.promptTokens() + served.generationTokens());
      }
    }
    return reachable;
  }

  private double firstLaunch() {
    return rows.stream().mapToDouble(QaRow::launchTime).min().orElse(0);
  }
}
