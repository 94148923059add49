/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness.program;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.safetensors.DType;

/**
 * Asks about one document, and says how much of the first prompt was reused and what the tier
 * {@code folder} did. Arguments: the model's folder, a word of the question.
 */
public final class Across {
  private static final String DOCUMENT =
      "It was the best of times, it was the worst of times. ".repeat(5)
          + "Tell me in one short sentence, please: ";

  private Across() {}

  public static void main(String[] arguments) throws Exception {
    AbstractModel model = Chat.load(arguments[0], DType.F32);
    System.out.println("answer " + Chat.ask(model, DOCUMENT + arguments[1] + " was it?"));
    System.out.println("first " + Reused.figure("LastReusedTokens"));
    System.out.println("prompt " + Reused.figure("LastPromptTokens"));
    boolean isNew = Reused.figure("LastReusedTokens") < Reused.figure("LastPromptTokens") - 1;
    for (int i = 0; isNew && i < 500 && figure("stored") + figure("storedBefore") == 0; i++) {
      Thread.sleep(20); // the model's files are digested in the background
    }
    for (String name : new String[] {"loaded", "stored", "failures", "timeouts", "setAside"}) {
      System.out.println(name + " " + figure(name));
    }
    System.out.println("failed " + Reused.figure("Failures"));
    model.close();
  }

  private static long figure(String name) {
    return Reused.ofTier("folder", name);
  }
}
