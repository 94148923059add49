/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.JlamaProgram.Answer;
import io.terrace.cli.JlamaProgram.Rendered;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Measures sets of tiers beside each other: for each length one program a set and speed, that all
 * answer the same prompts, in turns. First come prompts that nobody has seen (cold), one after the
 * other, so that all is a miss, as long as the tiers remember; each is computed once more as
 * without reuse (alone), since two programs that do the same differ by more than what a look in
 * vain may cost. Then the last three of them are asked again and again (warm): the memory of the
 * tier {@code cpu} holds two prompts and a half, so half of the one that was asked two requests ago
 * was given up, and lies in the tiers below alone.
 */
final class StackBench {
  /** Turns with prompts of the length, before the measured ones: memory is as full as it stays. */
  private static final int TURNS_BEFORE = 2;

  /** Prompts that are asked warm, in turns. */
  private static final int WARM_PROMPTS = 3;

  private static final int WARM_UP_PROMPT_TOKENS = 512;

  private static final int CHUNK_TOKENS = 256;
  private static final long LEAST_CPU_BYTES = 1 << 20;
  private static final int WARM_UP_ANSWER_TOKENS = 4;

  private final StackOptions options;
  private final Document document;
  private final long bytesPerToken;
  private final Progress progress;
  private boolean identical = true;

  /**
   * @param bytesPerToken of KV in memory
   */
  StackBench(StackOptions options, Document document, long bytesPerToken, Progress progress) {
    this.options = options;
    this.document = document;
    this.bytesPerToken = bytesPerToken;
    this.progress = progress;
  }

  /** A program and its answers in the measured turns, in their order. */
  private record Seat(
      TierSet set,
      StackSpeed speed,
      JlamaProgram program,
      Rendered wakeUp,
      List<Answer> cold,
      List<Answer> alone,
      List<Answer> warm) {}

  /** Starts a program with so much room in its memory, for prompts of a length. */
  @FunctionalInterface
  interface Starter {
    JlamaProgram start(TierSet set, StackSpeed speed, int promptTokens, long cpuBytes);
  }

  /** Whether each prompt had one answer so far. */
  boolean isIdentical() {
    return identical;
  }

  List<StackRow> measure(Starter starter, int promptTokens) {
    List<Seat> seats = new ArrayList<>();
    try {
      for (StackSpeed speed : options.speeds()) {
        for (TierSet set : options.sets()) {
          if (set.goesBelow() || speed == options.speeds().getFirst()) {
            seats.add(seat(starter, set, speed, promptTokens));
          }
        }
      }
      run(seats, promptTokens);
      return rows(seats, promptTokens);
    } finally {
      seats.forEach(seat -> seat.program().close());
    }
  }

  private Seat seat(Starter starter, TierSet set, StackSpeed speed, int promptTokens) {
    progress.phase(Messages.grouped(promptTokens) + " tokens: starting " + set.word());
    JlamaProgram program = starter.start(set, speed, promptTokens, cpuBytes(promptTokens));
    List<Rendered> warmUp = WarmUp.prompts(text -> program.render(false, text), "stack");
    for (Rendered prompt : warmUp) {
      program.answer(prompt, WARM_UP_ANSWER_TOKENS);
    }
    program.settle();
    return new Seat(
        set,
        speed,
        program,
        warmUp.getFirst(),
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>());
  }

  /** Room for two prompts and a half, with their answers, in whole pages. */
  private long cpuBytes(int promptTokens) {
    int pages = (promptTokens + options.answerTokens() + CHUNK_TOKENS - 1) / CHUNK_TOKENS;
    return Math.max(LEAST_CPU_BYTES, 5L * pages / 2 * CHUNK_TOKENS * bytesPerToken);
  }

  /**
   * Short prompts first: what a program does once a prompt is compiled by their number. The last of
   * them are cold alone, so that nobody expects a hit of those that follow.
   */
  private void run(List<Seat> seats, int promptTokens) {
    int shorter = Math.min(promptTokens, WARM_UP_PROMPT_TOKENS);
    int warmUp = options.warmUpTokens() / shorter;
    List<Rendered> asked = new ArrayList<>();
    for (int turn = 0; turn < warmUp; turn++) {
      progress.phase(turn(promptTokens, "warm-up", turn, warmUp));
      asked.add(unseen(seats, shorter, asked.size()));
      askCold(seats, turn, asked.getLast(), false);
      if (turn < warmUp / 2) {
        askWarm(seats, turn, asked.get(turn / 2), false);
      }
    }
    int turns = TURNS_BEFORE + options.rounds();
    for (int turn = 0; turn < turns; turn++) {
      progress.phase(turn(promptTokens, "cold", turn, turns));
      asked.add(unseen(seats, promptTokens, asked.size()));
      askCold(seats, turn, asked.getLast(), turn >= TURNS_BEFORE);
    }
    List<Rendered> last = asked.subList(asked.size() - WARM_PROMPTS, asked.size());
    turns = WARM_PROMPTS + options.warmRounds();
    for (int turn = 0; turn < turns; turn++) {
      progress.phase(turn(promptTokens, "warm", turn, turns));
      askWarm(seats, turn, last.get(turn % WARM_PROMPTS), turn >= WARM_PROMPTS);
    }
  }

  private static String turn(int promptTokens, String what, int turn, int turns) {
    return Messages.grouped(promptTokens) + " tokens, " + what + " " + (turn + 1) + " of " + turns;
  }

  /** All programs answer a prompt that is new, with reuse and without, either of them first. */
  private void askCold(List<Seat> seats, int turn, Rendered fresh, boolean measured) {
    List<Answer> answers = new ArrayList<>();
    for (Seat seat : inTurn(seats, turn)) {
      wake(seat);
      if (turn % 2 == 0) {
        answers.add(alone(seat, fresh, measured));
      }
      answers.add(answer(seat, fresh, measured ? seat.cold() : null));
      if (turn % 2 == 1) {
        answers.add(alone(seat, fresh, measured));
      }
    }
    compare(seats, answers);
  }

  /** All programs answer a prompt that is stored. */
  private void askWarm(List<Seat> seats, int turn, Rendered stored, boolean measured) {
    List<Answer> answers = new ArrayList<>();
    for (Seat seat : inTurn(seats, turn)) {
      wake(seat);
      answers.add(answer(seat, stored, measured ? seat.warm() : null));
    }
    compare(seats, answers);
  }

  /** The programs, another one first each time. */
  private static List<Seat> inTurn(List<Seat> seats, int turn) {
    List<Seat> order = new ArrayList<>(seats);
    Collections.rotate(order, -turn);
    return order;
  }

  /** Who was idle is slower at first. */
  private void wake(Seat seat) {
    progress.detail(seat.speed().word() + " " + seat.set().word());
    alone(seat, seat.wakeUp(), false);
  }

  private Answer answer(Seat seat, Rendered prompt, @Nullable List<Answer> measured) {
    Answer answer = seat.program().answer(prompt, options.answerTokens());
    if (measured != null) {
      measured.add(answer);
    }
    seat.program().settle();
    return answer;
  }

  private Answer alone(Seat seat, Rendered prompt, boolean measured) {
    seat.program().share(false);
    Answer answer = answer(seat, prompt, measured ? seat.alone() : null);
    seat.program().share(true);
    return answer;
  }

  /** A text of its own from its first word on, with a question at its end. */
  private Rendered unseen(List<Seat> seats, int promptTokens, int number) {
    JlamaProgram program = seats.getFirst().program();
    int from = number * 997 % Math.max(1, document.text().length() / 2);
    Document own =
        new Document(document.name(), number + " times: " + document.text().substring(from));
    return new PromptCutter(own, text -> program.render(false, text)).cut(promptTokens).first();
  }

  private void compare(List<Seat> seats, List<Answer> answers) {
    if (!answers.isEmpty() && !answers.stream().allMatch(answers.getFirst()::sameAnswer)) {
      identical = false;
      progress.note("Of " + seats.size() + " answers to one prompt not all are the same.");
    }
  }

  private List<StackRow> rows(List<Seat> seats, int promptTokens) {
    List<StackRow> rows = new ArrayList<>();
    for (StackSpeed speed : options.speeds()) {
      for (Seat seat : seats) {
        if (!seat.set().goesBelow() || seat.speed() == speed) {
          rows.add(row(seat, speed, promptTokens, StackRow.COLD, seat.cold(), seat.alone()));
          rows.add(row(seat, speed, promptTokens, StackRow.WARM, seat.warm(), List.of()));
        }
      }
    }
    return rows;
  }

  private static StackRow row(
      Seat seat,
      StackSpeed speed,
      int promptTokens,
      String state,
      List<Answer> answers,
      List<Answer> alone) {
    List<Double> times = times(answers);
    return new StackRow(
        speed.word(),
        promptTokens,
        seat.set().word(),
        state,
        Median.of(times, Double::doubleValue),
        Math.round(Median.of(answers, StackBench::reused)),
        Median.quantile(times, Double::doubleValue, 0.25),
        Median.quantile(times, Double::doubleValue, 0.75),
        times,
        times(alone));
  }

  private static List<Double> times(List<Answer> answers) {
    return answers.stream().map(a -> Math.round(a.firstTokenNanos() / 1e3) / 1e3).toList();
  }

  private static double reused(Answer answer) {
    Long reused = answer.reusedTokens();
    if (reused == null) {
      throw CliException.failed("the agent does not say what it reused: it did not start");
    }
    return reused;
  }
}
