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

  @Test
  void withATierTheFirstRequestIsNotCalledCold() {
    String text = report(new SecondInstance(4096, 4095, 35_000, 70, true));
    assertThat(text)
        .containsPattern("reuse off +request +by it +warm ")
        .containsPattern("35,000 +35,100 +4,000 +36.5 ")
        .containsPattern("4,096 +4,095 +35,000 +70.0 +500x +yes\n")
        .contains("came from nfs:/mnt/kv.")
        .doesNotContainPattern("cold +warm");
  }

  @Test
  void aSecondProcessThatReusedNothingOrAnsweredOtherwiseIsNotPraised() {
    assertThat(report(new SecondInstance(4096, 0, 35_000, 35_000, true)))
        .contains("It reused NOTHING from nfs:/mnt/kv", "terrace doctor --tier nfs:/mnt/kv")
        .doesNotContain("came from");
    assertThat(report(new SecondInstance(4096, 4095, 35_000, 70, false)))
        .contains("Its answer DIFFERS")
        .doesNotContain("came from");
  }

  private static String report(SecondInstance second) {
    Measured measured = new Measured(run(4000, "native", true, true), 4070, true, second);
    DemoOptions options = MeasurementTest.options(TierSpec.parse("nfs:/mnt/kv", null));
    return String.join("\n", Report.lines(List.of(measured), options));
  }

  private static String report(String operations, boolean identical, boolean plainIdentical) {
    RunFigures run = run(0, operations, identical, plainIdentical);
    List<Measured> measured = List.of(new Measured(run, 4070, true, null));
    return String.join("\n", Report.lines(measured, MeasurementTest.options(null)));
  }

  private static RunFigures run(
      long coldReused, String operations, boolean identical, boolean plainIdentical) {
    return new RunFigures(
        4096,
        4095,
        coldReused,
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
  }
}
