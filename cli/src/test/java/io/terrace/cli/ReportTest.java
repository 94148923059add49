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
  void aPromptThatWasComputedAgainIsNotPraised() {
    String text =
        String.join(
            "\n",
            Report.lines(
                List.of(
                    new Measured(run(0, 3_600, true), 0, true, null),
                    new Measured(run(0, 4_095, true), 4070, true, null)),
                MeasurementTest.options(null)));
    assertThat(text).contains("computed again for the most part").doesNotContain("begins its");
  }

  @Test
  void onlyEqualAnswersWithReuseMakeASuccess() {
    SecondInstance good = new SecondInstance(4096, 4095, 35_000, 70, true);
    RunFigures right = run(0, 4_095, true);
    assertThat(Demo.status(List.of(right, right), List.of(good))).isZero();
    assertThat(Demo.status(List.of(right), List.of())).isZero();
    assertThat(Demo.status(List.of(right, run(0, 4_095, false)), List.of())).isEqualTo(1);
    assertThat(Demo.status(List.of(run(0, 0, true), right), List.of())).isEqualTo(1);
    assertThat(Demo.status(List.of(run(0, 3_600, true)), List.of())).isEqualTo(1);
    SecondInstance nothing = new SecondInstance(4096, 0, 35_000, 35_000, true);
    SecondInstance wrong = new SecondInstance(4096, 4095, 35_000, 70, false);
    assertThat(Demo.status(List.of(right), List.of(good, nothing))).isEqualTo(1);
    assertThat(Demo.status(List.of(right), List.of(wrong, good))).isEqualTo(1);
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
  void aSecondProcessThatReusedNextToNothingIsNotPraised() {
    for (long reused : List.of(0L, 1L, 4079L)) { // 1: the token that every text begins with
      SecondInstance second = new SecondInstance(4096, reused, 35_000, 35_000, true);
      assertThat(second.isGood()).isFalse();
      assertThat(report(second))
          .contains("It reused only " + Messages.grouped(reused) + " of 4,096 tokens")
          .contains("did NOT come from nfs:/mnt/kv", "terrace doctor --tier nfs:/mnt/kv")
          .doesNotContain("computed came from");
    }
  }

  @Test
  void aTailThatIsTooShortToBeStoredMayBeMissing() {
    SecondInstance second = new SecondInstance(4096, 4080, 35_000, 70, true);
    assertThat(second.isGood()).isTrue();
    assertThat(report(second)).contains("computed came from nfs:/mnt/kv.");
  }

  @Test
  void aSecondProcessThatAnsweredOtherwiseIsNotPraised() {
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

  private static RunFigures run(long coldReused, long reused, boolean identical) {
    return run(coldReused, reused, "native", identical, true);
  }

  private static RunFigures run(
      long coldReused, String operations, boolean identical, boolean plainIdentical) {
    return run(coldReused, 4095, operations, identical, plainIdentical);
  }

  private static RunFigures run(
      long coldReused, long reused, String operations, boolean identical, boolean plainIdentical) {
    return new RunFigures(
        4096,
        reused,
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
