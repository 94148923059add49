/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StackReportTest {
  private static StackRow row(String set, String state, double millis) {
    List<Double> each = asFastAsTheMachineWas(millis);
    List<Double> alone = asFastAsTheMachineWas(100);
    return new StackRow("slow", 1_024, set, state, millis, 0, millis, millis, each, alone);
  }

  private static List<Double> asFastAsTheMachineWas(double millis) {
    return List.of(millis, 2 * millis, millis / 2);
  }

  private static String report(double fullWarm, double fullCold, boolean identical) {
    List<StackRow> rows = new ArrayList<>();
    for (String set : List.of("none", "cpu", "nfs")) {
      rows.add(row(set, "cold", 100));
      rows.add(row(set, "warm", set.equals("nfs") ? 20 : 100));
    }
    rows.add(row("cpu+nfs+s3", "cold", fullCold));
    rows.add(row("cpu+nfs+s3", "warm", fullWarm));
    StackFigures figures = new StackFigures("model", "jdk", "cpu", 5, 5, identical, rows);
    return String.join("\n", StackReport.lines(figures));
  }

  @Test
  void theFullSetIsComparedToTheBestPartAndToItsOwnProgramWithoutReuse() {
    assertThat(report(21, 101, true))
        .containsPattern("slow +1,024 +warm +nfs +1\\.050 +1\\.050 – 1\\.050 +1\\.05\n?")
        .containsPattern(
            "slow +1,024 +cold +itself, reuse off +1\\.010 +1\\.010 – 1\\.010 +1\\.01\n?")
        .doesNotContain("MISSED")
        .doesNotContain("DIFFER");
  }

  @Test
  void theRatioIsThatOfTheRounds() {
    StackRow full =
        new StackRow(
            "slow",
            256,
            "cpu+nfs+s3",
            "cold",
            9,
            0,
            9,
            9,
            List.of(10., 33., 42.),
            List.of(10., 30., 40.));
    StackRow none =
        new StackRow("slow", 256, "none", "cold", 9, 0, 9, 9, List.of(9., 9., 9.), List.of());
    StackFigures figures = new StackFigures("m", "j", "c", 3, 3, true, List.of(none, full));
    assertThat(String.join("\n", StackReport.lines(figures)))
        .containsPattern(
            "slow +256 +cold +itself, reuse off +1\\.050 +1\\.050 – 1\\.100 +1\\.01 +MISSED");
  }

  @Test
  void anAimThatIsMissedIsMarked() {
    assertThat(report(22, 102, true))
        .containsPattern("warm +nfs +1\\.100 +\\S+ – \\S+ +1\\.05 +MISSED")
        .containsPattern("cold +itself, reuse off +1\\.020 +\\S+ – \\S+ +1\\.01 +MISSED");
  }

  @Test
  void answersThatDifferAreTold() {
    assertThat(report(21, 101, false)).contains("DIFFER");
  }
}
