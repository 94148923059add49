/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ReportTest {
  @Test
  void aRowHoldsRatioSpeedUpAndSameness() {
    String text = report("native", true, true);
    assertThat(text)
        .containsPattern("4,096 +4,095 +34,900 +35,000 +35,100 +36.5 +120 +35.0 +1.03 +959x +yes\n")
        .contains("A prompt of 4,096 tokens that was seen before begins its answer after 36.5 ms")
        .contains("(4,070 tokens reused)")
        .doesNotContain("*", "DIFFERS");
  }

  @Test
  void plainTextThatDiffersIsMarkedAndExplained() {
    assertThat(report("native", true, false))
        .contains("34,900*", "* Jlama alone gives another text: its native operations leave");
    assertThat(report("panama", true, false)).contains("Panama operations add in another order");
  }

  @Test
  void aWrongAnswerIsNotPraised() {
    assertThat(report("native", false, true))
        .containsPattern("959x +NO\n")
        .contains("DIFFERS from the one without")
        .doesNotContain("begins its answer");
  }

  private static String report(String operations, boolean identical, boolean plainIdentical) {
    RunFigures run =
        new RunFigures(
            4096,
            4095,
            operations,
            34_900,
            35_000,
            35_100,
            36.5,
            120,
            0.5,
            35,
            1.03,
            identical,
            plainIdentical);
    List<Measured> measured = List.of(new Measured(run, 4070, true));
    return String.join("\n", Report.lines(measured, MeasurementTest.options()));
  }
}
