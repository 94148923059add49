/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.JlamaProgram.Answer;
import io.terrace.cli.JlamaProgram.Rendered;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What the plugin costs where nothing can be reused: two programs, one of them with the agent,
 * answer the same prompts that neither has seen, in turns. The figure is the ratio within each
 * pair, since what else the machine does changes more slowly than that.
 */
final class Misses {
  private static final int WARM_UP_ANSWER_TOKENS = 24;

  private final Document document;
  private final int promptTokens;
  private final int answerTokens;
  private final Progress progress;

  Misses(Document document, int promptTokens, int answerTokens, Progress progress) {
    this.document = document;
    this.promptTokens = promptTokens;
    this.answerTokens = answerTokens;
    this.progress = progress;
  }

  /** The times of one prompt, in nanoseconds, in both programs. */
  record Pair(Answer plain, Answer agent) {
    double prefillRatio() {
      return (double) agent.firstTokenNanos() / plain.firstTokenNanos();
    }

    double decodeRatio() {
      return (double) sum(agent.stepNanos()) / sum(plain.stepNanos());
    }

    private static long sum(List<Long> nanos) {
      return nanos.stream().mapToLong(Long::longValue).sum();
    }
  }

  List<Pair> measure(ProgramStarter starter, int pairs) {
    progress.phase("Loading the model twice, alone and with the agent");
    // Jlama alone comes last: a start empties the temporary folder, where it keeps its pages.
    try (JlamaProgram agent = starter.start(SetUp.REUSE, "with the agent");
        JlamaProgram plain = starter.start(SetUp.PLAIN, "Jlama alone")) {
      for (Rendered prompt : WarmUp.prompts(text -> plain.render(false, text))) {
        progress.detail("warming up");
        plain.answer(prompt, WARM_UP_ANSWER_TOKENS);
        agent.answer(prompt, WARM_UP_ANSWER_TOKENS);
      }
      List<Pair> measured = new ArrayList<>();
      for (int i = 0; i < pairs; i++) {
        progress.phase("Pair " + (i + 1) + " of " + pairs);
        measured.add(pair(plain, agent, i));
      }
      progress.phase("");
      return measured;
    }
  }

  /** Every second pair begins with the other program. */
  private Pair pair(JlamaProgram plain, JlamaProgram agent, int number) {
    Rendered prompt = unseen(plain, number);
    if (number % 2 == 0) {
      Answer first = plain.answer(prompt, answerTokens);
      return new Pair(first, agent.answer(prompt, answerTokens));
    }
    Answer first = agent.answer(prompt, answerTokens);
    return new Pair(plain.answer(prompt, answerTokens), first);
  }

  /** A text that shares no beginning with the ones before it, of about the length wanted. */
  private Rendered unseen(JlamaProgram program, int number) {
    String text = number + " times: " + document.text().substring(number * 37 % 997);
    Rendered whole = program.render(false, text);
    while (whole.tokens() < promptTokens) {
      text += document.text();
      whole = program.render(false, text);
    }
    int length = (int) ((long) text.length() * promptTokens / whole.tokens());
    return program.render(false, text.substring(0, length));
  }

  static void report(List<Pair> pairs, PrintWriter out) {
    Table table = new Table("", "Jlama alone\nms", "with agent\nms", "ratio\nmedian", "quartiles");
    table.row(
        "prefill, nothing reused",
        Table.millis(Median.of(pairs, p -> p.plain().firstTokenNanos() / 1e6)),
        Table.millis(Median.of(pairs, p -> p.agent().firstTokenNanos() / 1e6)),
        ratio(Median.of(pairs, Pair::prefillRatio)),
        quartiles(pairs, Pair::prefillRatio));
    table.row(
        "decode step",
        Table.millis(Median.of(pairs, p -> step(p.plain()))),
        Table.millis(Median.of(pairs, p -> step(p.agent()))),
        ratio(Median.of(pairs, Pair::decodeRatio)),
        quartiles(pairs, Pair::decodeRatio));
    table.lines().forEach(out::println);
    long most = pairs.stream().mapToLong(p -> reused(p.agent())).max().orElse(0);
    out.println();
    out.println("Of " + pairs.size() + " prompts at most " + most + " tokens were reused.");
    out.flush();
  }

  private static long reused(Answer answer) {
    Long reused = answer.reusedTokens();
    if (reused == null) {
      throw CliException.failed("the agent does not say what it reused: it did not start");
    }
    return reused;
  }

  private static double step(Answer answer) {
    return Pair.sum(answer.stepNanos()) / 1e6 / answer.stepNanos().size();
  }

  private static String quartiles(List<Pair> pairs, ToDoubleFunction<Pair> value) {
    return ratio(Median.quantile(pairs, value, 0.25))
        + " – "
        + ratio(Median.quantile(pairs, value, 0.75));
  }

  private static String ratio(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
