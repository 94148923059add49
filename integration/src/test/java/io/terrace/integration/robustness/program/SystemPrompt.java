/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness.program;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.safetensors.prompt.PromptContext;
import io.terrace.integration.DeviceDriver;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A user's question behind a system prompt that all users have: of exactly 232 tokens unless {@link
 * #TOKENS_PROPERTY} says otherwise, so that it ends within a chunk of 64. Prints the answer and how
 * much was reused for the prompt; with {@link #AHEAD_PROPERTY}, too, how many pages were fetched
 * ahead, how many chunks the request itself loaded, and what is still ahead then.
 *
 * <p>Arguments: the model's folder, the user (A or B), how many tokens the answer gets; further
 * users and lengths may follow.
 */
public final class SystemPrompt {
  /** The system property that says how many tokens the system prompt has. */
  public static final String TOKENS_PROPERTY = "systemPrompt.tokens";

  /** The system property that says how many pages are fetched before each prompt. */
  public static final String AHEAD_PROPERTY = "systemPrompt.ahead";

  /**
   * The system property with the name of a tier whose figures are printed when all is stored:
   * {@code NAME COUNT} each, and what the stand-in for libcufile counted.
   */
  public static final String FIGURES_PROPERTY = "systemPrompt.figures";

  private static final @Nullable String FIGURES = System.getProperty(FIGURES_PROPERTY);

  private static final int AHEAD = Integer.getInteger(AHEAD_PROPERTY, 0);

  /** The fourth chunk's last 24 take a question and a short answer, not a long one. */
  private static final int TOKENS = Integer.getInteger(TOKENS_PROPERTY, 232);

  private static final String RULES =
      "You are a careful assistant. Answer in one sentence, say what you do not know. ".repeat(100);

  private SystemPrompt() {}

  public static void main(String[] arguments) throws InterruptedException {
    AbstractModel model = Chat.load(arguments[0], DType.F32);
    String rules = RULES.substring(0, length(model));
    for (int i = 1; i < arguments.length; i += 2) {
      String prompt = rules + question(arguments[i]);
      int answerTokens = Integer.parseInt(arguments[i + 1]);
      if (AHEAD == 0) {
        ask(model, prompt, answerTokens);
      } else {
        askAhead(model, prompt, answerTokens);
      }
    }
    System.out.println("failed " + Reused.figure("Failures"));
    if (FIGURES != null) {
      figures(FIGURES);
    }
    model.close();
  }

  private static void figures(String tier) throws InterruptedException {
    while (Reused.ofTier(tier, "waiting") > 0) {
      Thread.sleep(5);
    }
    Reused.ofTier(tier).forEach((name, value) -> System.out.println(name + " " + value));
    for (String way : List.of("read", "written")) {
      System.out.println("cufile." + way + " " + DeviceDriver.count("libcufile.so.0", way));
    }
  }

  private static void askAhead(AbstractModel model, String prompt, int answerTokens)
      throws InterruptedException {
    FetchAhead.await(model, tokens(model, prompt), AHEAD);
    long loaded = FetchAhead.loaded();
    ask(model, prompt, answerTokens);
    System.out.println("loaded " + (FetchAhead.loaded() - loaded));
    System.out.println("staged " + Reused.figure("StagedBytes"));
  }

  private static void ask(AbstractModel model, String prompt, int answerTokens) {
    int[] tokens = tokens(model, prompt);
    int most = tokens.length + answerTokens;
    String answer =
        model.generate(UUID.randomUUID(), PromptContext.of(prompt), 0, most, (t, time) -> {})
            .responseText;
    System.out.println("answer " + Chat.readable(answer));
    System.out.println("prompt " + tokens.length);
    System.out.println("reused " + Reused.figure("LastReusedTokens"));
  }

  private static String question(String user) {
    return user + " wants to know: what is the weather like?";
  }

  /** Characters after which the prompts of A and B agree in so many tokens. */
  private static int length(AbstractModel model) {
    int characters = TOKENS;
    while (characters < RULES.length()) {
      String rules = RULES.substring(0, characters);
      int[] ofA = tokens(model, rules + question("A"));
      int agree = Arrays.mismatch(ofA, tokens(model, rules + question("B")));
      if (agree == TOKENS) {
        return characters;
      }
      characters += Math.max(1, TOKENS - agree); // a token has a character at least
    }
    throw new IllegalStateException("no text of " + TOKENS + " tokens");
  }

  private static int[] tokens(AbstractModel model, String prompt) {
    return model.encodePrompt(PromptContext.of(prompt));
  }
}
