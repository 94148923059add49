/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.JlamaProgram.Rendered;
import java.util.List;
import java.util.function.Function;

/** Cuts a document so that the whole prompt has a wanted number of tokens. */
final class PromptCutter {
  /** How far from the best guess characters are tried one by one for an exact fit. */
  private static final int NEIGHBOURS = 12;

  private final Document document;
  private final Function<String, Rendered> renderer;

  /**
   * @param renderer makes a prompt of a text and counts its tokens, as the runtime does
   */
  PromptCutter(Document document, Function<String, Rendered> renderer) {
    this.document = document;
    this.renderer = renderer;
  }

  /** The prompts of {@code tokens} tokens, or the nearest lower number that the text allows. */
  Prompts cut(int tokens) {
    int chars = charsFor(tokens);
    String text = document.prefix(chars);
    List<Rendered> others = Questions.NEW.stream().map(q -> renderer.apply(text + q)).toList();
    return new Prompts(
        renderer.apply(text + Questions.FIRST), others, chars > document.text().length());
  }

  private int charsFor(int tokens) {
    int low = 0; // fits
    int high = 1; // does not fit
    while (count(high) <= tokens) {
      low = high;
      high *= 2;
    }
    while (high - low > 1) {
      int middle = low + (high - low) / 2;
      if (count(middle) <= tokens) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return exactNear(low, tokens);
  }

  /** A longer text can have fewer tokens (a word completed), so the search above may just miss. */
  private int exactNear(int chars, int tokens) {
    for (int away = 0; away <= NEIGHBOURS; away++) {
      if (chars - away >= 0 && count(chars - away) == tokens) {
        return chars - away;
      }
      if (count(chars + away) == tokens) {
        return chars + away;
      }
    }
    return chars;
  }

  private int count(int chars) {
    return renderer.apply(document.prefix(chars) + Questions.FIRST).tokens();
  }

  /**
   * Prompts over one beginning of a document.
   *
   * @param first the prompt that is asked again and again
   * @param others the same document, each with another question at its end
   * @param repeated whether the document was too short and begins again
   */
  record Prompts(Rendered first, List<Rendered> others, boolean repeated) {}
}
