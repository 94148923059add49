/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness.program;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.safetensors.prompt.PromptContext;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * Asks one prompt after the other, each when all that those before it left is stored. Prints {@code
 * NAME COUNT} for each tier below memory and each prompt: how many chunks it stored for that one.
 *
 * <p>Arguments: the model's folder; the names of the tiers, separated by commas, of which the first
 * takes every chunk; then prompts, each as {@code NUMBER:TOKENS}, with how many tokens are computed
 * when its answer ends, after one token. Those of one number begin alike.
 */
public final class Volumes {
  /** One chunk of 32: nothing more is stored once that is. */
  private static final String FIRST = "0:40";

  private Volumes() {}

  public static void main(String[] arguments) throws InterruptedException {
    AbstractModel model = Chat.load(arguments[0], DType.F32);
    List<String> tiers = List.of(arguments[1].split(",", -1));
    ask(model, FIRST);
    while (Reused.ofTier(tiers.getFirst(), "stored") == 0) {
      Thread.sleep(5); // the model's files are digested in the background
    }
    for (int i = 2; i < arguments.length; i++) {
      await(tiers);
      List<Long> before = tiers.stream().map(tier -> Reused.ofTier(tier, "stored")).toList();
      ask(model, arguments[i]);
      await(tiers);
      for (int j = 0; j < tiers.size(); j++) {
        String tier = tiers.get(j);
        System.out.println(tier + " " + (Reused.ofTier(tier, "stored") - before.get(j)));
      }
    }
    System.out.println("failed " + Reused.figure("Failures"));
    model.close();
  }

  private static void await(List<String> tiers) throws InterruptedException {
    while (tiers.stream().anyMatch(tier -> Reused.ofTier(tier, "waiting") > 0)) {
      Thread.sleep(5);
    }
  }

  /** Until so many tokens are computed: the prompt's, and one of the answer. */
  private static void ask(AbstractModel model, String prompt) {
    int colon = prompt.indexOf(':');
    int tokens = Integer.parseInt(prompt.substring(colon + 1));
    String text = text(Integer.parseInt(prompt.substring(0, colon)), tokens - 1);
    model.generate(UUID.randomUUID(), PromptContext.of(text), 0, tokens, (t, time) -> {});
  }

  /** Digits, which no token of a sample model joins, behind the token that begins a text. */
  private static String text(int number, int tokens) {
    StringBuilder text = new StringBuilder();
    new Random(number).ints(tokens - 1, '0', '9' + 1).forEach(digit -> text.append((char) digit));
    return text.toString();
  }
}
