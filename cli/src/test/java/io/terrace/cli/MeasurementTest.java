/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.cli.JlamaProgram.Answer;
import io.terrace.cli.JlamaProgram.Rendered;
import io.terrace.cli.PromptCutter.Prompts;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class MeasurementTest {
  private final List<Answer> plain = list(Answers.withoutAgent(Answers.of(900, 7, "a b c")));
  private final List<Answer> without =
      list(
          Answers.of(1000, 8, "a b c"), Answers.of(1001, 8, "q one"), Answers.of(1002, 8, "q two"));
  private final List<Answer> reuse =
      list(
          Answers.of(1010, "a b c"),
          Answers.of(14, "a b c"),
          Answers.of(11, "a b c"),
          Answers.of(90, "a b c"),
          Answers.of(12, "a b c"),
          Answers.of(13, "a b c"),
          Answers.of(12, "a b c"),
          Answers.of(91, "a b c"),
          Answers.of(14, "a b c"),
          Answers.of(13, "a b c"),
          Answers.of(11, "a b c"),
          Answers.of(15, "a b c"),
          Answers.of(5, 4, "a b c"), // the machine is fast for a while
          Answers.of(5, 4, "a b c"),
          Answers.of(5, 4, "a b c"),
          Answers.of(5, 4, "a b c"),
          Answers.of(5, 4, "a b c"),
          Answers.of(92, 80, "a b c"), // and slow
          Answers.of(92, 80, "a b c"),
          Answers.of(92, 80, "a b c"),
          Answers.of(92, 80, "a b c"),
          Answers.of(92, 80, "a b c"),
          Answers.of(31, "q one"),
          Answers.of(32, "q two"),
          Answers.of(33, "q three"),
          Answers.of(34, "q four"),
          Answers.of(99, "q five"));
  private final List<Answer> second = list(Answers.of(20, "a b c"));
  private final Map<SetUp, FakeProgram> programs = new EnumMap<>(SetUp.class);

  @Test
  void figuresAreThoseOfTheRightSetUp() {
    RunFigures run = measure().figures();
    assertThat(run)
        .isEqualTo(
            new RunFigures(
                1000, 999, 999, "native", 900, 1000, 1010, 13, 33, 0.5, 10, 1.144, true, true));
  }

  @Test
  void everySetUpIsWarmedUpAlikeAnswersAllAndIsClosed() {
    measure();
    assertThat(programs.keySet()).containsExactly(SetUp.values());
    assertThat(programs.values())
        .allSatisfy(
            program -> {
              assertThat(program.warmUps()).isEqualTo(2);
              assertThat(program.answersLeft()).isZero();
              assertThat(program.isClosed()).isTrue();
            });
  }

  @Test
  void anyAnswerWithReuseThatDiffersIsFound() {
    for (int i = 0; i <= 23; i++) {
      Answer right = reuse.get(i);
      reuse.set(i, Answers.of(10, right.text() + " x"));
      assertThat(measure().figures().identical()).as("answer %d differs", i).isFalse();
      reuse.set(i, right);
    }
    assertThat(measure().figures().identical()).isTrue();
  }

  @Test
  void aTextThatDiffersInSpecialTokensOnlyDiffers() {
    Answer a = reuse.get(1);
    reuse.set(
        1,
        new Answer(
            a.promptTokens(),
            a.tokens(),
            a.text() + "<|im_end|>",
            a.firstTokenNanos(),
            false,
            a.stepNanos(),
            a.tokenizeNanos(),
            a.lastPromptTokens(),
            a.reusedTokens(),
            a.onDevice()));
    Measured measured = measure();
    assertThat(measured.figures().identical()).isFalse();
    assertThat(measured.firstTokenSeen()).isFalse();
  }

  @Test
  void plainTextThatDiffersDoesNotMakeReuseWrong() {
    plain.set(0, Answers.of(900, "x y z"));
    RunFigures run = measure().figures();
    assertThat(run.plainIdentical()).isFalse();
    assertThat(run.identical()).isTrue();
  }

  @Test
  void anAgentThatDidNotStartIsAFailure() {
    reuse.replaceAll(Answers::withoutAgent);
    assertThatThrownBy(this::measure)
        .isInstanceOf(CliException.class)
        .hasMessageContaining("no managed bean");
  }

  @Test
  void whereATierIsSharedASecondProcessAnswersAfterTheFirstHasEnded() {
    Measured measured = measure(TierSpec.parse("nfs:/mnt/kv", null));
    assertThat(measured.secondInstance()).isEqualTo(new SecondInstance(1000, 999, 1000, 20, true));
    second.set(0, Answers.of(20, "a b d"));
    measured = measure(TierSpec.parse("nfs:/mnt/kv", null));
    assertThat(measured.secondInstance()).isEqualTo(new SecondInstance(1000, 999, 1000, 20, false));
    assertThat(measured.figures().identical()).isTrue();
    assertThat(measure().secondInstance()).isNull();
  }

  private Measured measure() {
    return measure(null);
  }

  private Measured measure(@Nullable TierSpec tier) {
    programs.clear();
    ProgramStarter starter =
        (setUp, label) -> {
          FakeProgram program =
              new FakeProgram(
                  switch (setUp) {
                    case PLAIN -> plain;
                    case WITHOUT -> without;
                    case REUSE -> programs.containsKey(SetUp.REUSE) ? afterTheFirst() : reuse;
                  });
          programs.put(setUp, program);
          return program;
        };
    Rendered prompt = new Rendered("prompt", 1000);
    Prompts prompts = new Prompts(prompt, List.of(prompt, prompt, prompt, prompt, prompt), false);
    List<Rendered> warmUp = List.of(FakeProgram.WARM_UP, FakeProgram.WARM_UP);
    try (Progress progress = new Progress(nowhere(), false)) {
      return new Measurement(starter, "native", options(tier), progress)
          .measure(new Measurement.Row(prompts, warmUp));
    }
  }

  static DemoOptions options(@Nullable TierSpec tier) {
    return new DemoOptions(
        new ModelRequest(null, true, null, Path.of("cache")),
        null,
        List.of(1000),
        3,
        2,
        Operations.AUTO,
        null,
        tier);
  }

  private List<Answer> afterTheFirst() {
    assertThat(requireNonNull(programs.get(SetUp.REUSE)).isClosed()).isTrue();
    return second;
  }

  private static List<Answer> list(Answer... answers) {
    return new ArrayList<>(List.of(answers));
  }

  private static PrintStream nowhere() {
    return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
  }
}
