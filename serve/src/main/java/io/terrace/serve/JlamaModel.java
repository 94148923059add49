/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.model.functions.Generator.FinishReason;
import com.github.tjake.jlama.model.functions.Generator.Response;
import com.github.tjake.jlama.model.gpt2.GPT2Tokenizer;
import com.github.tjake.jlama.safetensors.Config;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.safetensors.prompt.PromptContext;
import com.github.tjake.jlama.safetensors.prompt.PromptSupport;
import com.github.tjake.jlama.safetensors.tokenizer.BPETokenizer;
import com.github.tjake.jlama.safetensors.tokenizer.Tokenizer;
import io.terrace.api.LastRequest;
import io.terrace.api.RequestCancelled;
import io.terrace.api.Terrace;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** A model that Jlama computes. Each answer has a session of its own. */
final class JlamaModel implements LanguageModel {
  /** Under which Jlama keeps the template of a model that has only one. */
  private static final String TEMPLATE = "default";

  private final AbstractModel model;
  private final String name;
  private final boolean bytes;
  private final int tokensOfNothing;

  private JlamaModel(AbstractModel model, String name) {
    this.model = model;
    this.name = name;
    bytes = isByteLevel(model.getTokenizer());
    tokensOfNothing = model.encodePrompt(PromptContext.of("")).length;
  }

  /**
   * Loads a model, with working memory in F32 and I8 as in Jlama's own server.
   *
   * @throws RuntimeException whatever Jlama has against the folder
   */
  static JlamaModel load(Path folder, String name) {
    return new JlamaModel(ModelSupport.loadModel(folder.toFile(), DType.F32, DType.I8), name);
  }

  private static boolean isByteLevel(Tokenizer tokenizer) {
    return tokenizer instanceof GPT2Tokenizer
        || (tokenizer instanceof BPETokenizer
            && tokenizer.getModel().isLegacy()
            && !tokenizer.getModel().byteFallback);
  }

  @Override
  public String name() {
    return name;
  }

  /**
   * Fewer than the model's config says by a few: Jlama 0.8.4 rotates KV head h as position + 2h,
   * and its table ends with the context.
   */
  @Override
  public int contextTokens() {
    Config config = model.getConfig();
    return config.contextLength - 2 * Math.max(0, config.numberOfKeyValueHeads - 1);
  }

  @Override
  public Prompt chat(List<ChatMessage> messages) {
    boolean template =
        model
            .getTokenizer()
            .getModel()
            .promptTemplates()
            .map(templates -> templates.containsKey(TEMPLATE))
            .orElse(false);
    return text(template ? byTemplate(messages) : plain(messages));
  }

  private String byTemplate(List<ChatMessage> messages) {
    PromptSupport.Builder prompt = model.promptSupport().orElseThrow().builder();
    for (ChatMessage message : messages) {
      switch (message.role()) {
        case SYSTEM -> prompt.addSystemMessage(message.content());
        case USER -> prompt.addUserMessage(message.content());
        case ASSISTANT -> prompt.addAssistantMessage(message.content());
      }
    }
    return prompt.build().getPrompt();
  }

  /** For models without a template: a line {@code role: content} each. */
  static String plain(List<ChatMessage> messages) {
    StringBuilder prompt = new StringBuilder();
    for (ChatMessage message : messages) {
      prompt.append(message.role().label()).append(": ").append(message.content()).append('\n');
    }
    return prompt.append(ChatMessage.Role.ASSISTANT.label()).append(':').toString();
  }

  @Override
  public Prompt text(String text) {
    String read =
        bytes
            ? ByteLevelText.forJlama(text, model.getTokenizer().getModel().addedTokenPattern())
            : text;
    return new Prompt(read, model.encodePrompt(PromptContext.of(read)));
  }

  @Override
  public void announce(Prompt prompt) {
    Terrace.prefetch(model, prompt.tokens());
  }

  @Override
  public Generated generate(Prompt prompt, int maxTokens, float temperature, Listener listener) {
    // Jlama takes a total, and samples the first token before it looks at it. It also wants it to
    // be more than the tokens that it was given text for.
    int wanted = prompt.length() + maxTokens - 1;
    int total = Math.max(wanted, prompt.length() - tokensOfNothing + 1);
    Answer answer = new Answer(listener, total > wanted ? maxTokens : Integer.MAX_VALUE);
    try {
      Response response =
          Terrace.callCancellable(
              listener::isCancelled,
              () ->
                  model.generate(
                      UUID.randomUUID(),
                      PromptContext.of(prompt.text()),
                      temperature,
                      total,
                      (text, millis) -> answer.token(text)));
      answer.finish();
      End end = response.finishReason == FinishReason.MAX_TOKENS ? End.LENGTH : End.MODEL;
      return new Generated(end, response.generatedTokens + 1, cachedTokens(prompt));
    } catch (RequestCancelled e) {
      boolean atLength = answer.seen >= answer.most;
      if (atLength) {
        answer.finish();
      }
      End end = atLength ? End.LENGTH : End.LISTENER;
      return new Generated(end, answer.seen, cachedTokens(prompt));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("Jlama declares no such exception", e);
    }
  }

  /** Of the prompt that this thread computed last, if the plugin saw it. */
  private static int cachedTokens(Prompt prompt) {
    return Terrace.lastRequestOfThread()
        .filter(last -> last.promptTokens() == prompt.length())
        .map(LastRequest::reusedTokens)
        .orElse(0);
  }

  @Override
  public void close() {
    model.close();
  }

  /** Passes on what Jlama calls back for: tokens that are text. */
  private final class Answer {
    private final Listener listener;
    private final int most;
    private final ByteLevelText text = new ByteLevelText();
    private int seen;

    Answer(Listener listener, int most) {
      this.listener = listener;
      this.most = most;
    }

    /** Ends Jlama's call by an error, since it logs exceptions and goes on. */
    void token(String token) {
      seen++;
      boolean goOn = listener.token(bytes ? text.append(token) : token);
      if (!goOn || seen >= most || listener.isCancelled()) {
        throw new RequestCancelled();
      }
    }

    void finish() {
      if (bytes) {
        listener.token(text.finish());
      }
    }
  }
}
