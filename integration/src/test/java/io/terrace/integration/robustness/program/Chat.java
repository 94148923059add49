/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness.program;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.safetensors.prompt.PromptContext;
import java.io.File;
import java.util.Locale;
import java.util.UUID;

/**
 * Asks a model the same questions twice over. Prints {@code answer <text>} for each, then {@code
 * reused}, {@code failures}, {@code brokenOff}, {@code inUse} and {@code evicted} with the plugin's
 * figures.
 *
 * <p>Arguments: the model's folder, how many questions (3).
 */
public final class Chat {
  private static final int ANSWER_TOKENS = 12;
  private static final String DOCUMENT = "The quick brown fox jumps over the lazy dog. ".repeat(4);

  private Chat() {}

  public static void main(String[] arguments) {
    AbstractModel model = load(arguments[0], DType.F32);
    int questions = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
    long before = Math.max(0, Reused.figure("ReusedTokens"));
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < questions; i++) {
        System.out.println("answer " + ask(model, (char) ('A' + i) + DOCUMENT + i));
      }
    }
    System.out.println("reused " + (Reused.figure("ReusedTokens") - before));
    System.out.println("failures " + Reused.figure("Failures"));
    System.out.println("brokenOff " + Reused.figure("PassesBrokenOff"));
    System.out.println("evicted " + Reused.figure("EvictedChunks"));
    model.close();
    System.out.println("inUse " + (Reused.figure("PagesInUse") - Reused.figure("Chunks")));
  }

  static AbstractModel load(String folder, DType workingQuantization) {
    return ModelSupport.loadModel(new File(folder), DType.F32, workingQuantization);
  }

  /** The answer to a prompt, readable on one line. */
  static String ask(AbstractModel model, String prompt) {
    int tokens = model.getTokenizer().encode(prompt).length + 1 + ANSWER_TOKENS;
    String text =
        model.generate(UUID.randomUUID(), PromptContext.of(prompt), 0, tokens, (t, time) -> {})
            .responseText;
    return readable(text);
  }

  static String readable(String text) {
    StringBuilder line = new StringBuilder();
    text.chars()
        .forEach(
            c ->
                line.append(c > ' ' && c < 127 ? (char) c : String.format(Locale.ROOT, "\\%x", c)));
    return line.toString();
  }
}
