/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.terrace.cli.qa.QaRow.Served;
import io.terrace.cli.qa.Summary.Failures;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SummaryTest {
  private static QaRow answered(double launch, double finish, Served served) {
    return new QaRow(1, 1, launch, finish, served, "");
  }

  private static QaRow failed(double launch, double finish, String why) {
    return new QaRow(1, 1, launch, finish, null, why);
  }

  private static final List<QaRow> ROWS =
      List.of(
          answered(100, 102, new Served(1_000, 11, 0.5, 1, 0L)),
          answered(104, 106, new Served(1_500, 20, 0.25, 0.5, 1_200L)),
          failed(105, 105.5, "HTTP 429: full at 105"),
          failed(106, 106.5, "HTTP 429: full at 106"),
          failed(107, 107.5, "cannot connect to http://127.0.0.1:1/v1"),
          answered(108, 110, new Served(500, 1, 0.75, 0, null)));

  @Test
  void allOfARunEndsWithTheLastRequest() {
    Summary summary = Summary.of(ROWS, 100, Double.POSITIVE_INFINITY, 0, 2.0);
    assertThat(summary.from()).isEqualTo(100);
    assertThat(summary.to()).isEqualTo(110);
    assertThat(summary.actualQps()).isEqualTo(0.6, offset(1e-9));
    assertThat(summary.processingSpeed()).isEqualTo(0.3, offset(1e-9));
    assertThat(summary.inputTokensPerSecond()).isEqualTo(300, offset(1e-9));
    assertThat(summary.outputTokensPerSecond()).isEqualTo(3.2, offset(1e-9));
    assertThat(summary.generationSpeed()).as("of 11 in 1 s and 20 in 0.5 s").isEqualTo(25.5);
    assertThat(summary.answered()).isEqualTo(3);
    assertThat(summary.failed()).isEqualTo(3);
    assertThat(Objects.requireNonNull(summary.ttft()).mean()).isEqualTo(0.5);
    assertThat(summary.promptTokens()).isEqualTo(3_000);
    assertThat(summary.cachedTokens()).isEqualTo(1_200);
    assertThat(summary.hitRate()).as("of the 2,500 tokens told of").isEqualTo(0.48);
    assertThat(summary.failures())
        .containsExactly(
            new Failures("HTTP 429", 2, "HTTP 429: full at 105"),
            new Failures(
                "cannot connect to http://127.0.0.1:1/v1",
                1,
                "cannot connect to http://127.0.0.1:1/v1"));
  }

  @Test
  void aWindowCountsWhatEndsInItAndWhatIsUnderWay() {
    Summary summary = Summary.of(ROWS, 103, 107, 2, 2.0);
    assertThat(summary.answered()).isEqualTo(1);
    assertThat(summary.failed()).isEqualTo(2);
    assertThat(summary.actualQps()).as("launched at 104, 105, 106, 107").isEqualTo(6 / 4.0);
    assertThat(summary.processingSpeed()).isEqualTo(0.25);
    assertThat(summary.onTheFly()).isEqualTo(2);
  }

  @Test
  void nothingAnsweredHasNoTimes() {
    Summary summary = Summary.of(ROWS.subList(2, 5), 100, Double.POSITIVE_INFINITY, 0, null);
    assertThat(summary.ttft()).isNull();
    assertThat(summary.generationSpeed()).isNull();
    assertThat(summary.hitRate()).isNull();
    assertThat(summary.processingSpeed()).isZero();
    Summary empty = Summary.of(List.of(), 100, Double.POSITIVE_INFINITY, 0, null);
    assertThat(empty.actualQps()).isZero();
    assertThat(QaReport.lines(empty)).noneMatch(line -> line.contains("NaN"));
  }

  @Test
  void theFirstSecondsCanBeLeftOut() {
    QaOutcome outcome = new QaOutcome(ROWS, List.of(), 100, new Workload(1, 2, 1, 0, 0, 1, 0));
    assertThat(outcome.summary(5).answered()).isEqualTo(2);
    assertThat(outcome.summary(5).from()).isEqualTo(105);
    assertThat(outcome.summary(0).answered()).isEqualTo(3);
  }

  @Test
  void reachableIsWhatWasSaidBefore() {
    List<QaRow> rows =
        List.of(
            new QaRow(1, 1, 0, 1, new Served(100, 10, 1, 1, 0L), ""),
            new QaRow(1, 2, 2, 3, null, "HTTP 429: full"),
            new QaRow(1, 3, 4, 5, new Served(130, 10, 1, 1, 0L), ""),
            new QaRow(2, 1, 0, 1, new Served(30, 10, 1, 1, 0L), ""));
    QaOutcome outcome = new QaOutcome(rows, List.of(), 0, null);
    assertThat(outcome.reachableTokens(40))
        .as("shared, before, all but one")
        .isEqualTo(40 + 110 + 29);
  }

  @Test
  void percentilesAreByTheNearestRank() {
    Percentile hundred = new Percentile(IntStream.rangeClosed(1, 100).asDoubleStream().toArray());
    assertThat(hundred.at(50)).isEqualTo(50);
    assertThat(hundred.at(95)).isEqualTo(95);
    assertThat(hundred.at(99)).isEqualTo(99);
    Percentile three = new Percentile(9, 1, 5);
    assertThat(three.at(50)).isEqualTo(5);
    assertThat(three.at(95)).isEqualTo(9);
    assertThat(three.at(0)).isEqualTo(1);
    assertThatThrownBy(Percentile::new).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theReportNamesFailuresByReasonAndWhatServersDoNotTell() {
    assertThat(QaReport.lines(Summary.of(ROWS, 100, 200, 0, 2.0)))
        .contains(
            "  QPS: 2.0000 reqs/s asked for, 0.6000 reqs/s sent",
            "  Processing speed: 0.3000 reqs/s",
            "  TTFT p50 / p95 / p99: 0.5000 / 0.7500 / 0.7500 s",
            "  Hit rate: 48.0 % (1,200 of the prompts' tokens were cached)",
            "  Failed requests: 3 of 6",
            "    2 x HTTP 429: full at 105",
            "  Time range: 100.000 - 110.000 (10.00 s)");
    List<QaRow> untold = List.of(answered(100, 102, new Served(10, 1, 1, 1, null)));
    assertThat(QaReport.lines(Summary.of(untold, 100, 200, 0, null)))
        .anyMatch(line -> line.startsWith("  Hit rate: not told by the server"));
  }
}
