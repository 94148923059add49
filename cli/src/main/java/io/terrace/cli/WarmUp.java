/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.JlamaProgram.Rendered;
import java.util.List;
import java.util.function.Function;

/**
 * Prompts that bring a fresh JVM's compiler up to speed. They differ from their first word on, so
 * that a JVM with reuse computes each of them as one without does; the last comes twice.
 */
final class WarmUp {
  private static final List<String> BEGINNINGS = List.of("Rivers", "Seven", "Under");
  private static final String SENTENCE =
      " carry sand from the hills to the sea, and whoever walks along the shore finds it again.";
  private static final int TOKENS = 300; // a whole batch of Jlama's and a part of one

  private WarmUp() {}

  /**
   * @param renderer makes a prompt without chat template: all templates begin with the same tokens
   * @param word makes these prompts others than those of another word, which a tier may hold
   */
  static List<Rendered> prompts(Function<String, Rendered> renderer, String word) {
    List<Rendered> prompts =
        BEGINNINGS.stream().map(beginning -> prompt(beginning + " " + word, renderer)).toList();
    return List.of(prompts.get(0), prompts.get(1), prompts.get(2), prompts.get(2));
  }

  private static Rendered prompt(String beginning, Function<String, Rendered> renderer) {
    String text = beginning;
    Rendered prompt = renderer.apply(text);
    while (prompt.tokens() < TOKENS) {
      text += SENTENCE;
      prompt = renderer.apply(text);
    }
    return prompt;
  }
}
