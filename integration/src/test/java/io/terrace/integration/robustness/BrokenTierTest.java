/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.integration.robustness.ChildJvm.Result;
import io.terrace.integration.robustness.program.Chat;
import io.terrace.sample.Geometry;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tier of a third party, on the application's class path, that does not keep its contract. */
@Tag("processes")
final class BrokenTierTest {
  private static final int QUESTIONS = 3;
  private static final int FEW_LINES = 4;

  private static Path model;
  private static Path tier;
  private static Path missing;
  private static List<String> answers;

  @BeforeAll
  static void prepare(@TempDir Path folder) throws Exception {
    model = Models.write(folder, Geometry.tiny());
    tier = TierJar.broken(folder);
    missing = TierJar.missing(folder);
    answers = ChildJvm.of(Chat.class).run(model, QUESTIONS).lines("answer");
    assertThat(answers).hasSize(2 * QUESTIONS);
  }

  private static ChildJvm broken(String mode) {
    return broken("broken", mode);
  }

  private static ChildJvm broken(String stack, String mode) {
    return ChildJvm.of(Chat.class)
        .agent()
        .first(tier)
        .property("terrace.stack", stack)
        .property("terrace.chunkTokens", "32")
        .property("terrace.debug.checkPages", "true")
        .property("terrace.tiers.broken.mode", mode);
  }

  private static Result answersRight(ChildJvm jvm) throws Exception {
    Result run = jvm.run(model, QUESTIONS);
    assertThat(run.exit()).as("%s", run).isZero();
    assertThat(run.lines("answer")).as("%s", run).isEqualTo(answers);
    return run;
  }

  @Test
  void aTierOnTheClassPathThatKeepsItsContractServes() throws Exception {
    Result run = answersRight(broken("never"));
    assertThat(run.warnings()).as("%s", run).isEmpty();
    assertThat(Long.parseLong(run.line("reused"))).isPositive();
    assertThat(run.line("failures")).isEqualTo("0");
    assertThat(run.line("lent")).isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"exceptions", "errors", "linkage", "sometimes", "later", "null", "foreign"})
  void failuresAreMissesCountedAndToldInAFewLines(String mode) throws Exception {
    Result run = answersRight(broken(mode));
    assertThat(Long.parseLong(run.line("failures"))).as("%s", run).isPositive();
    assertThat(run.warnings()).as("%s", run).isNotEmpty().hasSizeLessThanOrEqualTo(FEW_LINES);
    assertThat(run.warnings()).allMatch(line -> line.contains("which is a miss"));
    assertThat(run.line("lent")).as("pages lent before a failure go back: %s", run).isEqualTo("0");
  }

  @Test
  void aTierThatForgetsWithoutAWordIsAMiss() throws Exception {
    Result run = answersRight(broken("forgets"));
    assertThat(run.line("reused")).as("%s", run).isEqualTo("0");
    assertThat(run.warnings()).isEmpty();
  }

  @Test
  void aTierThatCannotGiveMemoryBackCostsNoSession() throws Exception {
    int questions = 18; // a page each, of which the budget has 16
    List<String> wanted = ChildJvm.of(Chat.class).run(model, questions).lines("answer");
    Result run =
        broken("reclaim")
            .property("terrace.chunkTokens", "256")
            .property("terrace.pool.bytes", "4MiB")
            .run(model, questions);
    assertThat(run.exit()).as("%s", run).isZero();
    assertThat(run.lines("answer")).isEqualTo(wanted);
    assertThat(Long.parseLong(run.line("failures"))).as("%s", run).isPositive();
    assertThat(run.warnings()).as("%s", run).anyMatch(line -> line.contains("reclaim broke"));
  }

  @Test
  void aTierThatCannotBeOpenedLeavesTheApplicationAlone() throws Exception {
    Result run = answersRight(broken("open"));
    assertThat(run.said()).as("%s", run).hasSize(1);
    assertThat(run.warnings().getFirst())
        .startsWith("off, the application runs without it: ")
        .contains("broken when opened");
  }

  private static List<String> complaints(Result run) {
    return run.said().stream().filter(line -> !line.startsWith("INFO ")).toList();
  }

  /** The figures are those of a stack without it. */
  @Test
  void aTierBelowTheFirstThatCannotBeOpenedIsLeftOut() throws Exception {
    Result run = answersRight(broken("cpu,broken", "open"));
    assertThat(complaints(run)).as("%s", run).hasSize(1);
    assertThat(complaints(run).getFirst())
        .startsWith("ERROR tier 'broken' is left out, the others of the stack serve without it: ")
        .endsWith("could not be opened: java.lang.IllegalStateException: broken when opened");
    Result alone =
        answersRight(
            ChildJvm.of(Chat.class)
                .agent()
                .property("terrace.stack", "cpu")
                .property("terrace.chunkTokens", "32")
                .property("terrace.debug.checkPages", "true"));
    assertThat(complaints(alone)).as("%s", alone).isEmpty();
    assertThat(Long.parseLong(run.line("reused"))).isPositive();
    for (String figure : List.of("reused", "failures", "evicted", "inUse")) {
      assertThat(run.line(figure)).as(figure).isEqualTo(alone.line(figure));
    }
    assertThat(run.line("failures")).isEqualTo("0");
  }

  @Test
  void aProviderThatIsNotThereIsLeftOut() throws Exception {
    Result run = answersRight(ChildJvm.of(Chat.class).agent().first(missing));
    assertThat(run.warnings()).as("%s", run).hasSize(1);
    assertThat(run.warnings().getFirst()).contains("a tier is left out", "broken.NotThere");
    assertThat(Long.parseLong(run.line("reused"))).isPositive();
  }

  @Test
  void aTierThatIsNotInstalledIsToldWithThoseThatAre() throws Exception {
    Result run =
        answersRight(
            ChildJvm.of(Chat.class).agent().first(tier).property("terrace.stack", "nowhere"));
    assertThat(run.said()).as("%s", run).hasSize(1);
    assertThat(run.warnings().getFirst())
        .contains("and 'nowhere' is not: there are [broken, cpu] (looked in")
        .contains(ChildJvm.agentJar().resolveSibling("tiers").toString())
        .contains("the application's class path)");
  }
}
