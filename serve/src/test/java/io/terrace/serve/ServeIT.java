/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.model.functions.Generator.Response;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.safetensors.prompt.PromptContext;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.openai.OpenAiTokenUsage;
import dev.langchain4j.model.output.FinishReason;
import io.terrace.sample.Architecture;
import io.terrace.sample.Geometry;
import io.terrace.sample.ProgressListener;
import io.terrace.sample.SampleModels;
import io.terrace.sample.WeightType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An unmodified Jlama with the agent behind the server, and clients as they are. */
@Timeout(240)
final class ServeIT {
  private static final String NAME = "tiny";
  private static final String CHAT = "/v1/chat/completions";
  private static final String COMPLETIONS = "/v1/completions";
  private static final int ANSWER = 12;

  /** As Geometry.tiny(), with a context that is soon full. */
  private static final Geometry GEOMETRY =
      new Geometry(Architecture.LLAMA, 2, 128, 4, 2, 256, 512, 512, 0, 0, WeightType.Q4);

  @TempDir private static Path folder = Path.of("");
  private static ServeProcess server;
  private static Api api;
  private static AbstractModel jlama;

  @BeforeAll
  static void start() throws Exception {
    Path model = SampleModels.write(folder.resolve(NAME), GEOMETRY, 7, ProgressListener.NONE);
    server = ServeProcess.start(folder, model, NAME, "-Dterrace.chunkTokens=32");
    api = new Api(server.address());
    jlama = ModelSupport.loadModel(model.toFile(), DType.F32, DType.I8);
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
    int status = server.terminate();
    server.close();
    jlama.close();
    assertThat(status).as("after SIGTERM").isZero();
  }

  private static String words(String about) {
    return ("What is known about " + about + " in the north of the country? ").repeat(5);
  }

  private static PromptContext template(String system, String user) {
    return jlama
        .promptSupport()
        .orElseThrow()
        .builder()
        .addSystemMessage(system)
        .addUserMessage(user)
        .build();
  }

  private static Response jlamas(PromptContext prompt, int tokens) {
    int total = jlama.encodePrompt(prompt).length + tokens - 1;
    return jlama.generate(UUID.randomUUID(), prompt, 0f, total, (text, millis) -> {});
  }

  private static String conversation(String system, String user, String... fields) {
    String body = Api.chat(NAME, user, fields);
    String message = "{\"role\":\"system\",\"content\":\"" + system + "\"},";
    return body.replace("\"messages\":[", "\"messages\":[" + message);
  }

  private static String content(JsonNode answer) {
    return answer.at("/choices/0/message/content").asText();
  }

  @Test
  void answersAreJlamasOwnWholeAndStreamed() throws Exception {
    String user = words("rivers");
    PromptContext prompt = template("Be brief.", user);
    Response wanted = jlamas(prompt, ANSWER);
    String[] fields = {"\"max_tokens\":" + ANSWER, "\"temperature\":0"};
    JsonNode whole = api.ask(CHAT, conversation("Be brief.", user, fields));
    assertThat(content(whole)).isEqualTo(wanted.responseText).isNotBlank();
    assertThat(whole.at("/choices/0/finish_reason").asText()).isEqualTo("length");
    assertThat(whole.at("/usage/completion_tokens").asInt()).isEqualTo(ANSWER);
    int promptTokens = jlama.encodePrompt(prompt).length;
    assertThat(whole.at("/usage/prompt_tokens").asInt()).isEqualTo(promptTokens);
    assertThat(promptTokens).as("more than a page").isGreaterThan(64);

    List<JsonNode> events =
        api.stream(
            CHAT,
            conversation(
                "Be brief.",
                user,
                fields[0],
                fields[1],
                "\"stream\":true",
                "\"stream_options\":{\"include_usage\":true}"));
    StringBuilder streamed = new StringBuilder();
    events.forEach(e -> streamed.append(e.at("/choices/0/delta/content").asText("")));
    assertThat(streamed).hasToString(wanted.responseText);
    JsonNode usage = events.get(events.size() - 1).get("usage");
    assertThat(usage.at("/prompt_tokens_details/cached_tokens").asInt())
        .as("all but the last token")
        .isEqualTo(promptTokens - 1);
    assertThat(usage.get("completion_tokens").asInt()).isEqualTo(ANSWER);
  }

  @Test
  void theLengthIsExactDownToOneToken() throws Exception {
    String text = words("bridges");
    for (int tokens : new int[] {1, 2, 5}) {
      Response wanted = jlamas(PromptContext.of(text), tokens);
      JsonNode answer =
          api.ask(
              COMPLETIONS,
              Api.completion(NAME, text, "\"max_tokens\":" + tokens, "\"temperature\":0"));
      assertThat(answer.at("/choices/0/text").asText()).isEqualTo(wanted.responseText);
      assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(tokens);
    }
  }

  @Test
  void anotherQuestionBehindTheSameBeginningComputesTheQuestionOnly() throws Exception {
    String shared = words("harbours");
    JsonNode first = api.ask(CHAT, conversation(shared, "And the first one?", "\"max_tokens\":2"));
    JsonNode second =
        api.ask(CHAT, conversation(shared, "Which is the other?", "\"max_tokens\":2"));
    assertThat(first.at("/usage/prompt_tokens_details/cached_tokens").asInt()).isLessThan(50);
    int computed =
        second.at("/usage/prompt_tokens").asInt()
            - second.at("/usage/prompt_tokens_details/cached_tokens").asInt();
    assertThat(computed).isBetween(1, 60);
    String metrics = api.send("GET", "/metrics").body();
    assertThat(metrics)
        .contains("terrace_plugin{figure=\"reused_tokens\"}", "terrace_serve_cached_tokens_total");
  }

  @Test
  void requestsAtATimeAreEachCountedAndAnsweredAsAlone() throws Exception {
    List<String> texts = List.of(words("lakes"), words("roads"), words("towers"), words("mills"));
    List<CompletableFuture<JsonNode>> answers = new ArrayList<>();
    for (String text : texts) {
      String body = Api.completion(NAME, text, "\"max_tokens\":8", "\"temperature\":0");
      answers.add(api.postLater(COMPLETIONS, body).thenApply(r -> Api.json(r.body())));
    }
    for (int i = 0; i < texts.size(); i++) {
      JsonNode answer = answers.get(i).get();
      PromptContext prompt = PromptContext.of(texts.get(i));
      assertThat(answer.at("/choices/0/text").asText()).isEqualTo(jlamas(prompt, 8).responseText);
      int tokens = jlama.encodePrompt(prompt).length;
      assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(tokens);
      assertThat(answer.at("/usage/prompt_tokens_details/cached_tokens").asInt())
          .isLessThan(tokens - 20);
    }
  }

  @Test
  void aStopStringEndsTheAnswer() throws Exception {
    String text = words("gardens");
    String whole = jlamas(PromptContext.of(text), ANSWER).responseText;
    String stop = whole.substring(whole.length() / 2, whole.length() / 2 + 3);
    String quoted = Json.text(Json.MAPPER.valueToTree(stop));
    JsonNode answer =
        api.ask(
            COMPLETIONS,
            Api.completion(
                NAME, text, "\"temperature\":0", "\"max_tokens\":12", "\"stop\":" + quoted));
    assertThat(answer.at("/choices/0/text").asText())
        .isEqualTo(whole.substring(0, whole.indexOf(stop)));
    assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(answer.at("/usage/completion_tokens").asInt()).isLessThanOrEqualTo(ANSWER);
  }

  @Test
  void aPromptMayFillTheContextAndNoMore() throws Exception {
    String text = " the".repeat(1_000);
    JsonNode refused = Api.json(api.post(COMPLETIONS, Api.completion(NAME, text)).body());
    assertThat(refused.at("/error/code").asText()).isEqualTo("context_length_exceeded");
    int limit = Api.json(api.send("GET", "/v1/models").body()).at("/data/0/max_model_len").asInt();
    assertThat(limit).isEqualTo(GEOMETRY.usablePositions());
    StringBuilder full = new StringBuilder(" the".repeat(limit));
    while (jlama.encodePrompt(PromptContext.of(full.toString())).length > limit) {
      full.setLength(full.length() - 4);
    }
    String body = Api.completion(NAME, full.toString(), "\"max_tokens\":100");
    JsonNode answer = api.ask(COMPLETIONS, body);
    assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(limit);
    assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(1);
    assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("length");
  }

  @Test
  void whoGoesWhileTheAnswerIsComputedFreesAWorker() throws Exception {
    try (RawConnection first = new RawConnection(server.address());
        RawConnection second = new RawConnection(server.address())) {
      for (RawConnection leaver : List.of(first, second)) {
        leaver.post(
            COMPLETIONS, Api.completion(NAME, "once", "\"max_tokens\":450", "\"stream\":true"));
        assertThat(leaver.readUntil("data: ")).contains("200 OK");
      }
    }
    Eventually.happens("both workers are free", () -> metrics().contains("serve_running 0.0"));
    assertThat(metrics()).contains("status=\"499\"} 2.0");
  }

  private static String metrics() {
    try {
      return api.send("GET", "/metrics").body();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void langChain4jIsAnswered() throws Exception {
    String user = words("islands");
    Response wanted = jlamas(template("Be brief.", user), ANSWER);
    OpenAiChatModel chat =
        OpenAiChatModel.builder()
            .baseUrl(server.address().toString())
            .apiKey("none")
            .modelName(NAME)
            .temperature(0.0)
            .maxTokens(ANSWER)
            .maxRetries(0)
            .build();
    ChatRequest request =
        ChatRequest.builder()
            .messages(SystemMessage.from("Be brief."), UserMessage.from(user))
            .build();
    ChatResponse whole = chat.chat(request);
    assertThat(whole.aiMessage().text()).isEqualTo(wanted.responseText);
    assertThat(whole.finishReason()).isEqualTo(FinishReason.LENGTH);

    OpenAiStreamingChatModel streaming =
        OpenAiStreamingChatModel.builder()
            .baseUrl(server.address().toString())
            .apiKey("none")
            .modelName(NAME)
            .temperature(0.0)
            .maxTokens(ANSWER)
            .build();
    StringBuilder parts = new StringBuilder();
    CompletableFuture<ChatResponse> streamed = new CompletableFuture<>();
    streaming.chat(
        request,
        new StreamingChatResponseHandler() {
          @Override
          public void onPartialResponse(String part) {
            parts.append(part);
          }

          @Override
          public void onCompleteResponse(ChatResponse response) {
            streamed.complete(response);
          }

          @Override
          public void onError(Throwable error) {
            streamed.completeExceptionally(error);
          }
        });
    ChatResponse response = streamed.get();
    assertThat(parts).hasToString(wanted.responseText);
    assertThat(response.aiMessage().text()).isEqualTo(wanted.responseText);
    OpenAiTokenUsage usage = (OpenAiTokenUsage) response.tokenUsage();
    assertThat(usage.outputTokenCount()).isEqualTo(ANSWER);
    assertThat(usage.inputTokensDetails().cachedTokens()).isEqualTo(usage.inputTokenCount() - 1);
  }

  @Test
  void openAisOwnClientForPythonIsAnswered() throws Exception {
    String user = words("forests");
    JsonNode seen = OpenAiPython.run(server.address(), user);
    Response wanted = jlamas(template("Be brief.", user), ANSWER);
    assertThat(seen.get("whole").asText()).isEqualTo(wanted.responseText);
    assertThat(seen.get("streamed").asText()).isEqualTo(wanted.responseText);
    assertThat(seen.get("finish").asText()).isEqualTo("length");
    assertThat(seen.get("streamedTokens").asInt()).isEqualTo(ANSWER);
    assertThat(seen.get("cached").asInt()).isEqualTo(seen.get("promptTokens").asInt() - 1);
    assertThat(seen.get("completion").asText())
        .isEqualTo(jlamas(PromptContext.of(user), 5).responseText);
    assertThat(seen.get("refused").asText()).isEqualTo("model_not_found");
    assertThat(seen.get("named").asText()).isEqualTo("seed");
  }
}
