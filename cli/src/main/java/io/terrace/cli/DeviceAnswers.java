/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.DeviceFigures.Answered;
import io.terrace.cli.JlamaProgram.Answer;
import io.terrace.cli.JlamaProgram.Rendered;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Two programs, with attention on a device and on the host, that answer the same prompts in turns.
 * Nothing is reused.
 */
final class DeviceAnswers {
  private static final int ANSWER_TOKENS = 24;
  private static final int WARM_UP_ANSWER_TOKENS = 8;

  private final Document document;
  private final int rounds;
  private final Progress progress;

  /** Starts a program with attention on {@code host} or on {@code cuda}. */
  @FunctionalInterface
  interface Starter {
    JlamaProgram start(String device);
  }

  private record Round(Answer device, Answer host) {
    double ratio(ToDoubleFunction<Answer> time) {
      return time.applyAsDouble(device) / time.applyAsDouble(host);
    }
  }

  DeviceAnswers(Document document, int rounds, Progress progress) {
    this.document = document;
    this.rounds = rounds;
    this.progress = progress;
  }

  List<Answered> measure(Starter starter, List<Integer> lengths) {
    progress.phase("Loading the model twice");
    try (JlamaProgram device = starter.start("cuda");
        JlamaProgram host = starter.start("host")) {
      for (Rendered prompt : WarmUp.prompts(text -> host.render(false, text), "device")) {
        device.answer(prompt, WARM_UP_ANSWER_TOKENS);
        host.answer(prompt, WARM_UP_ANSWER_TOKENS);
      }
      List<Answered> all = new ArrayList<>();
      for (int length : lengths) {
        all.add(answered(device, host, length));
      }
      return all;
    }
  }

  private Answered answered(JlamaProgram device, JlamaProgram host, int length) {
    Rendered prompt =
        new PromptCutter(document, text -> host.render(false, text)).cut(length).first();
    List<Round> measured = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      progress.phase(Messages.grouped(length) + " tokens, round " + (i + 1) + " of " + rounds);
      measured.add(round(device, host, prompt, i % 2 == 0));
    }
    return new Answered(
        prompt.tokens(),
        Median.of(measured, round -> firstToken(round.device)),
        Median.of(measured, round -> firstToken(round.host)),
        Median.of(measured, round -> round.ratio(DeviceAnswers::firstToken)),
        Median.of(measured, round -> step(round.device)),
        Median.of(measured, round -> step(round.host)),
        Median.of(measured, round -> round.ratio(DeviceAnswers::step)),
        measured.stream().allMatch(round -> round.device.sameAnswer(round.host)));
  }

  private static Round round(
      JlamaProgram device, JlamaProgram host, Rendered prompt, boolean deviceFirst) {
    Answer onHost = deviceFirst ? null : host.answer(prompt, ANSWER_TOKENS);
    Answer onDevice = device.answer(prompt, ANSWER_TOKENS);
    if (!Boolean.TRUE.equals(onDevice.onDevice())) {
      throw CliException.failed(
          "the model's attention was not computed on the device: its program's log says why"
              + " (terrace doctor)");
    }
    return new Round(onDevice, onHost != null ? onHost : host.answer(prompt, ANSWER_TOKENS));
  }

  private static double firstToken(Answer answer) {
    return answer.firstTokenNanos() / 1e6;
  }

  private static double step(Answer answer) {
    return Median.of(answer.stepNanos(), nanos -> nanos / 1e6);
  }
}
