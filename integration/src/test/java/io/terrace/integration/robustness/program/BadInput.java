/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness.program;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.safetensors.prompt.PromptContext;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.KvBufferCache;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Gives Jlama what it cannot use, and a good question after each. Prints {@code case <name>:
 * <result or exception>} for each.
 *
 * <p>Arguments: the model's folder, an empty folder.
 */
public final class BadInput {
  private static final String QUESTION = "What does the quick brown fox jump over today?";

  private final AbstractModel model;
  private final KvBufferCache cache;

  private BadInput(AbstractModel model) {
    this.model = model;
    cache = new KvBufferCache(model); // as Jlama's own network worker does
  }

  public static void main(String[] arguments) throws Exception {
    show("missing folder", () -> Chat.load("/no/such/folder", DType.F32));
    show("empty folder", () -> Chat.load(arguments[1], DType.F32));
    Path broken = Path.of(arguments[1], "broken");
    Files.createDirectories(broken);
    Files.writeString(broken.resolve("config.json"), "{\"model_type\": \"llama\"");
    show("broken config.json", () -> Chat.load(broken.toString(), DType.F32));
    BadInput with = new BadInput(Chat.load(arguments[0], DType.F32));
    for (int round = 0; round < 2; round++) {
      with.showAll();
    }
  }

  private void showAll() {
    show("good", () -> Chat.ask(model, QUESTION));
    showThenGood("null prompt", () -> generate(null, 50));
    showThenGood("empty prompt", () -> generate("", 9));
    showThenGood("one token", () -> generate("a", 9));
    showThenGood("prompt beyond the context", () -> generate("z%#".repeat(3_000), 9_000));
    showThenGood("as many tokens as the prompt", () -> generate(QUESTION, tokens(QUESTION)));
    showThenGood("one more than the prompt", () -> generate(QUESTION, tokens(QUESTION) + 1));
    showThenGood("fewer tokens than the prompt", () -> generate(QUESTION, 3));
    showThenGood("no tokens at all", () -> generate(QUESTION, 0));
    showThenGood("no session", () -> generate(null, QUESTION, 60));
    showThenGood("no tokens in a batch", () -> batch(new int[0], 0));
    showThenGood("a token that is none", () -> batch(new int[] {1, 2, 99_999}, 0));
    showThenGood("null batch", () -> batch(null, 0));
    showThenGood("position beyond the context", () -> batch(new int[] {1, 2}, 9_000));
    showThenGood("negative position", () -> batch(new int[] {1, 2}, -1));
    showThenGood("null buffer", () -> model.batchForward(new int[] {1, 2}, 0, null));
    showThenGood("token beyond the vocabulary", () -> step(99_999, 0));
    showThenGood("step beyond the context", () -> step(5, 9_000));
    showThenGood("step at a negative position", () -> step(5, -1));
    showThenGood("a callback that throws", () -> generateWithThrowingCallback());
  }

  private int tokens(String prompt) {
    return model.getTokenizer().encode(prompt).length;
  }

  private Object generate(@Nullable String prompt, int tokens) {
    return generate(UUID.randomUUID(), prompt, tokens);
  }

  private Object generate(@Nullable UUID session, @Nullable String prompt, int tokens) {
    return Chat.readable(
        model.generate(session, PromptContext.of(prompt), 0, tokens, (t, time) -> {}).responseText);
  }

  private Object generateWithThrowingCallback() {
    return model.generate(
            UUID.randomUUID(),
            PromptContext.of(QUESTION),
            0,
            tokens(QUESTION) + 5,
            (text, time) -> {
              throw new AssertionError("from the application's callback");
            })
        .responseText;
  }

  private Object batch(int @Nullable [] tokens, int start) {
    try (KvBufferCache.KvBuffer buffer = cache.getKvBuffer(UUID.randomUUID())) {
      AbstractTensor<?, ?> result = model.batchForward(tokens, start, buffer);
      return result == null ? "null" : result.shape().toString();
    }
  }

  private Object step(int token, int position) {
    try (KvBufferCache.KvBuffer buffer = cache.getKvBuffer(UUID.randomUUID())) {
      return model.forward(token, position, buffer, Optional.empty()).shape().toString();
    }
  }

  private void showThenGood(String name, Callable<?> work) {
    show(name, work);
    show("good after " + name, () -> Chat.ask(model, QUESTION));
  }

  private static void show(String name, Callable<?> work) {
    String result;
    try {
      result = String.valueOf(work.call());
    } catch (Throwable e) {
      StringBuilder all = new StringBuilder();
      for (Throwable each = e; each != null; each = each.getCause()) {
        all.append(" <- ").append(each);
      }
      result = all.toString();
    }
    System.out.println("case " + name + ": " + result);
  }
}
