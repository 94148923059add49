/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.JlamaProgram.Answer;
import io.terrace.cli.JlamaProgram.Rendered;
import io.terrace.cli.PromptCutter.Prompts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Measures one prompt length: in a fresh JVM each, Jlama alone, with the agent but without reuse,
 * and with reuse. Fresh, so that nothing but the measured prompts can be reused; every JVM answers
 * the same warm-up prompts first, so that its compiler is as far in one as in the other.
 *
 * <p>Where the programs share a tier, a second process with reuse follows the first.
 */
final class Measurement {
  /** How often the unchanged prompt is asked warm; odd, for the median. */
  static final int WARM_REQUESTS = 21;

  private static final int WARM_UP_ANSWER_TOKENS = 24;

  private final ProgramStarter starter;
  private final List<Rendered> warmUp;
  private final String operations;
  private final DemoOptions options;
  private final Progress progress;
  private int programs;

  /**
   * @param warmUp short prompts that share no beginning with the measured ones
   * @param operations "native" or "panama"
   */
  Measurement(
      ProgramStarter starter,
      List<Rendered> warmUp,
      String operations,
      DemoOptions options,
      Progress progress) {
    this.starter = starter;
    this.warmUp = warmUp;
    this.operations = operations;
    this.options = options;
    this.progress = progress;
  }

  Measured measure(Prompts prompts) {
    List<Rendered> checked = prompts.others().subList(0, options.checkedQuestions());
    Answer plain = alone(SetUp.PLAIN, prompts, List.of()).get(0);
    List<Answer> without = alone(SetUp.WITHOUT, prompts, checked);
    WithReuse reuse = withReuse(prompts);
    SecondInstance second = options.tier() == null ? null : secondInstance(prompts, without.get(0));
    return figures(plain, without, reuse, second);
  }

  /** The program that had computed the prompt has ended. */
  private SecondInstance secondInstance(Prompts prompts, Answer without) {
    try (JlamaProgram program = start(SetUp.REUSE, prompts, ", second process")) {
      progress.detail("the prompt, once");
      Answer answer = answer(program, prompts.first());
      return new SecondInstance(
          answer.promptTokens(),
          reused(answer),
          millis(without.firstTokenNanos()),
          millis(answer.firstTokenNanos()),
          answer.sameAnswer(without));
    }
  }

  private List<Answer> alone(SetUp setUp, Prompts prompts, List<Rendered> others) {
    try (JlamaProgram program = start(setUp, prompts, "")) {
      List<Answer> answers = new ArrayList<>();
      progress.detail("the prompt");
      answers.add(answer(program, prompts.first()));
      for (Rendered other : others) {
        progress.detail("question " + answers.size() + " of " + others.size() + " to compare");
        answers.add(answer(program, other));
      }
      return answers;
    }
  }

  private WithReuse withReuse(Prompts prompts) {
    try (JlamaProgram program = start(SetUp.REUSE, prompts, "")) {
      progress.detail("the prompt, for the first time");
      Answer cold = answer(program, prompts.first());
      List<Answer> warm = new ArrayList<>();
      for (int i = 1; i <= WARM_REQUESTS; i++) {
        progress.detail("the same prompt, warm, " + i + " of " + WARM_REQUESTS);
        warm.add(answer(program, prompts.first()));
      }
      List<Answer> newQuestions = new ArrayList<>();
      for (Rendered other : prompts.others()) {
        progress.detail(
            "new question " + (newQuestions.size() + 1) + " of " + Questions.NEW_QUESTIONS);
        newQuestions.add(answer(program, other));
      }
      return new WithReuse(cold, warm, newQuestions);
    }
  }

  private JlamaProgram start(SetUp setUp, Prompts prompts, String which) {
    String label = Messages.grouped(prompts.first().tokens()) + " tokens, " + setUp.words() + which;
    programs++;
    int ofLength = SetUp.values().length + (options.tier() == null ? 0 : 1);
    int all = ofLength * options.promptTokens().size();
    progress.phase("[" + programs + "/" + all + "] " + label);
    progress.detail("loading the model");
    JlamaProgram program = starter.start(setUp, label);
    for (int i = 0; i < warmUp.size(); i++) {
      progress.detail("warming up, " + (i + 1) + " of " + warmUp.size());
      program.answer(warmUp.get(i), WARM_UP_ANSWER_TOKENS);
    }
    return program;
  }

  private Answer answer(JlamaProgram program, Rendered prompt) {
    return program.answer(prompt, options.answerTokens());
  }

  private Measured figures(
      Answer plain, List<Answer> without, WithReuse reuse, @Nullable SecondInstance second) {
    Answer expected = without.get(0);
    Answer lastWarm = reuse.warm.get(reuse.warm.size() - 1);
    RunFigures figures =
        new RunFigures(
            expected.promptTokens(),
            reused(lastWarm),
            reused(reuse.cold),
            operations,
            millis(plain.firstTokenNanos()),
            millis(expected.firstTokenNanos()),
            millis(reuse.cold.firstTokenNanos()),
            medianMillis(reuse.warm, Answer::firstTokenNanos),
            medianMillis(reuse.newQuestions, Answer::firstTokenNanos),
            medianMillis(reuse.warm, Answer::tokenizeNanos),
            decodeMillis(reuse.warm),
            warmDecodeSteps(reuse.warm),
            reuse.sameAs(without),
            plain.sameAnswer(expected));
    boolean seen =
        Stream.of(List.of(plain), without, reuse.all())
            .flatMap(Collection::stream)
            .allMatch(Answer::firstTokenSeen);
    return new Measured(figures, reused(reuse.newQuestions.get(0)), seen, second);
  }

  private static long reused(Answer answer) {
    Long reused = answer.reusedTokens();
    if (reused == null) {
      throw CliException.failed(
          "the agent does not say what it reused (no managed bean io.terrace:type=Reuse): it did"
              + " not start, or it is not Terrace's");
    }
    return reused;
  }

  /** From the answers whose first tokens are timed: another JVM may have compiled otherwise. */
  private static double decodeMillis(List<Answer> warm) {
    List<Long> steps = warm.stream().flatMap(a -> a.stepNanos().stream()).sorted().toList();
    if (steps.isEmpty()) {
      throw CliException.failed("the model answered no second token, so no step can be timed");
    }
    return millis(steps.get(steps.size() / 2));
  }

  private static double warmDecodeSteps(List<Answer> warm) {
    double[] ratios =
        warm.stream()
            .filter(answer -> !answer.stepNanos().isEmpty())
            .mapToDouble(Measurement::decodeSteps)
            .sorted()
            .toArray();
    return Math.round(ratios[ratios.length / 2] * 1e3) / 1e3;
  }

  private static double decodeSteps(Answer answer) {
    List<Long> steps = answer.stepNanos().stream().sorted().toList();
    return (double) (answer.firstTokenNanos() - answer.tokenizeNanos())
        / steps.get(steps.size() / 2);
  }

  private static double medianMillis(List<Answer> answers, ToLongFunction<Answer> nanos) {
    long[] sorted = answers.stream().mapToLong(nanos).sorted().toArray();
    return millis(sorted[sorted.length / 2]);
  }

  /** To the microsecond; more digits would pretend. */
  private static double millis(long nanos) {
    return Math.round(nanos / 1e3) / 1e3;
  }

  private record WithReuse(Answer cold, List<Answer> warm, List<Answer> newQuestions) {
    List<Answer> all() {
      return Stream.of(List.of(cold), warm, newQuestions).flatMap(Collection::stream).toList();
    }

    /** Compares with the prompt's answer and with those to the first new questions. */
    boolean sameAs(List<Answer> without) {
      Answer expected = without.get(0);
      boolean same =
          cold.sameAnswer(expected) && warm.stream().allMatch(a -> a.sameAnswer(expected));
      for (int i = 1; i < without.size(); i++) {
        same &= newQuestions.get(i - 1).sameAnswer(without.get(i));
      }
      return same;
    }
  }
}
