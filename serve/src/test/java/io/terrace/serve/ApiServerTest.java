/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import static io.terrace.serve.FakeModel.NAME;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is answered, over a model whose answers are known. */
@Timeout(60)
final class ApiServerTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String COMPLETIONS = "/v1/completions";

  private final FakeModel model = new FakeModel();
  private ApiServer server;
  private Api api;

  @BeforeEach
  void start() throws Exception {
    server = ApiServer.start(model, "127.0.0.1", 0, Limits.standard(8, 2));
    api = new Api(server.address());
  }

  @AfterEach
  void stop() {
    api.close();
    server.close();
  }

  private static void assertError(HttpResponse<String> response, int status, String code) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    JsonNode error = Api.json(response.body()).get("error");
    assertThat(error.fieldNames()).toIterable().containsExactly("message", "type", "param", "code");
    assertThat(error.get("code").asText()).isEqualTo(code);
    assertThat(error.get("message").asText()).isNotEmpty();
  }

  private static String text(List<JsonNode> events) {
    StringBuilder text = new StringBuilder();
    for (JsonNode event : events) {
      JsonNode choice = event.path("choices").path(0);
      text.append(choice.path("delta").path("content").asText(choice.path("text").asText("")));
    }
    return text.toString();
  }

  @Test
  void aConversationIsAnsweredWhole() throws Exception {
    JsonNode answer = api.ask(CHAT, Api.chat(NAME, "one two", "\"temperature\":0"));
    assertThat(answer.get("object").asText()).isEqualTo("chat.completion");
    assertThat(answer.get("id").asText()).startsWith("chatcmpl-");
    assertThat(answer.get("model").asText()).isEqualTo(NAME);
    JsonNode choice = answer.get("choices").get(0);
    assertThat(choice.get("message").get("role").asText()).isEqualTo("assistant");
    assertThat(choice.get("message").get("content").asText()).isEqualTo("Hello world!");
    assertThat(choice.get("finish_reason").asText()).isEqualTo("stop");
    assertThat(answer.get("usage"))
        .isEqualTo(
            Api.json(
                """
                {"prompt_tokens":4,"completion_tokens":4,"total_tokens":8,
                 "prompt_tokens_details":{"cached_tokens":3}}"""));
    assertThat(model.temperature).isZero();
    assertThat(model.announced).containsExactly("user: one two\nassistant:");
  }

  @Test
  void aConversationIsStreamed() throws Exception {
    List<JsonNode> events = api.stream(CHAT, Api.chat(NAME, "hi", "\"stream\":true"));
    assertThat(events).hasSize(5);
    assertThat(events).allMatch(e -> e.get("object").asText().equals("chat.completion.chunk"));
    assertThat(events).allMatch(e -> e.get("id").equals(events.get(0).get("id")));
    assertThat(events).noneMatch(e -> e.has("usage"));
    JsonNode first = events.get(0).get("choices").get(0);
    assertThat(first.get("delta").get("role").asText()).isEqualTo("assistant");
    assertThat(first.get("finish_reason").isNull()).isTrue();
    assertThat(text(events)).isEqualTo("Hello world!");
    JsonNode last = events.get(4).get("choices").get(0);
    assertThat(last.get("delta").isEmpty()).isTrue();
    assertThat(last.get("finish_reason").asText()).isEqualTo("stop");
  }

  @Test
  void theLastChunkCountsTheTokensWhereThatIsAskedFor() throws Exception {
    String usage = "\"stream_options\":{\"include_usage\":true}";
    for (String path : List.of(CHAT, COMPLETIONS)) {
      String body =
          path.equals(CHAT)
              ? Api.chat(NAME, "hi", "\"stream\":true", usage)
              : Api.completion(NAME, "user: hi assistant:", "\"stream\":true", usage);
      List<JsonNode> events = api.stream(path, body);
      JsonNode last = events.get(events.size() - 1);
      assertThat(last.get("choices").isEmpty()).isTrue();
      assertThat(last.get("usage").get("prompt_tokens").asInt()).isEqualTo(3);
      assertThat(last.get("usage").get("completion_tokens").asInt()).isEqualTo(4);
      assertThat(last.at("/usage/prompt_tokens_details/cached_tokens").asInt()).isEqualTo(3);
      assertThat(events.subList(0, events.size() - 1)).allMatch(e -> e.get("usage").isNull());
    }
  }

  @Test
  void aTextIsCompleted() throws Exception {
    JsonNode answer = api.ask(COMPLETIONS, Api.completion(NAME, "one two"));
    assertThat(answer.get("object").asText()).isEqualTo("text_completion");
    assertThat(answer.at("/choices/0/text").asText()).isEqualTo("Hello world!");
    assertThat(model.computed).containsExactly("one two");
    List<JsonNode> events = api.stream(COMPLETIONS, Api.completion(NAME, "x", "\"stream\":true"));
    assertThat(text(events)).isEqualTo("Hello world!");
    assertThat(events.get(events.size() - 1).at("/choices/0/finish_reason").asText())
        .isEqualTo("stop");
  }

  @Test
  void anAnswerHasAsManyTokensAsAskedForOrAsTheContextHasRoomFor() throws Exception {
    JsonNode two = api.ask(CHAT, Api.chat(NAME, "hi", "\"max_tokens\":2"));
    assertThat(two.at("/choices/0/message/content").asText()).isEqualTo("Hello world");
    assertThat(two.at("/choices/0/finish_reason").asText()).isEqualTo("length");
    assertThat(two.at("/usage/completion_tokens").asInt()).isEqualTo(2);
    model.behaviour = model.says("a", 10_000);
    int room = FakeModel.CONTEXT - 3 + 1;
    FakeModel.Behaviour endless = model.behaviour;
    model.behaviour =
        (prompt, most, listener) -> {
          assertThat(most).isEqualTo(room);
          return endless.answer(prompt, most, listener);
        };
    assertThat(api.post(CHAT, Api.chat(NAME, "hi", "\"max_tokens\":5000")).statusCode())
        .isEqualTo(200);
    assertThat(api.post(CHAT, Api.chat(NAME, "hi")).statusCode()).isEqualTo(200);
  }

  @Test
  void aStopStringEndsTheAnswerBeforeIt() throws Exception {
    model.behaviour = FakeModel.says("Hel", "lo wo", "rld", " and", " more");
    for (String stream : List.of("false", "true")) {
      String body = Api.chat(NAME, "hi", "\"stop\":[\"world\",\"zzz\"]", "\"stream\":" + stream);
      String text;
      String reason;
      if (stream.equals("true")) {
        List<JsonNode> events = api.stream(CHAT, body);
        text = text(events);
        reason = events.get(events.size() - 1).at("/choices/0/finish_reason").asText();
      } else {
        JsonNode answer = api.ask(CHAT, body);
        text = answer.at("/choices/0/message/content").asText();
        reason = answer.at("/choices/0/finish_reason").asText();
        assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(3);
      }
      assertThat(text).isEqualTo("Hello ");
      assertThat(reason).isEqualTo("stop");
    }
  }

  @Test
  void theModelIsListed() throws Exception {
    JsonNode list = Api.json(api.send("GET", "/v1/models").body());
    assertThat(list.at("/data/0/id").asText()).isEqualTo(NAME);
    assertThat(Api.json(api.send("GET", "/v1/models/" + NAME).body()))
        .isEqualTo(list.at("/data/0"));
    assertThat(api.send("GET", "/v1/models/fake%2Fwords").statusCode()).isEqualTo(200);
    assertError(api.send("GET", "/v1/models/other"), 404, "model_not_found");
  }

  @Test
  void figuresAreCounted() throws Exception {
    assertThat(Api.json(api.send("GET", "/health").body()).get("status").asText()).isEqualTo("ok");
    api.ask(CHAT, Api.chat(NAME, "hi"));
    api.post(CHAT, "{");
    api.send("GET", "/nowhere");
    Eventually.happens("all four are counted", () -> metrics().contains("path=\"other\""));
    assertThat(metrics())
        .contains(
            "terrace_serve_requests_total{path=\"/v1/chat/completions\",status=\"200\"} 1.0",
            "terrace_serve_requests_total{path=\"/v1/chat/completions\",status=\"400\"} 1.0",
            "terrace_serve_requests_total{path=\"/health\",status=\"200\"} 1.0",
            "terrace_serve_queue_depth 0.0",
            "terrace_serve_running 0.0",
            "terrace_serve_time_to_first_token_seconds_count 1",
            "terrace_serve_prompt_tokens_total 3.0",
            "terrace_serve_generated_tokens_total 4.0",
            "terrace_serve_cached_tokens_total 3.0");
  }

  private String metrics() {
    try {
      return api.send("GET", "/metrics").body();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/chat/completions, 405, method_not_supported, POST",
    "DELETE, /v1/completions, 405, method_not_supported, POST",
    "POST, /v1/models, 405, method_not_supported, GET",
    "PUT, /health, 405, method_not_supported, GET",
    "GET, /, 404, unknown_url, ",
    "POST, /v1/embeddings, 404, unknown_url, ",
    "GET, /v1/chat/completions/, 404, unknown_url, "
  })
  void otherPathsAndMethodsAreRefused(
      String method, String path, int status, String code, String allowed) throws Exception {
    HttpResponse<String> response = api.send(method, path);
    assertError(response, status, code);
    assertThat(response.headers().firstValue("Allow").orElse(null)).isEqualTo(allowed);
  }

  @Test
  void badRequestsAreRefusedAndTheServerLives() throws Exception {
    assertError(api.post(CHAT, "{\"model\":"), 400, "null");
    assertError(api.post(CHAT, Api.chat("gpt-4", "hi")), 404, "model_not_found");
    assertError(api.post(CHAT, Api.chat(NAME, "hi", "\"max_tokens\":-1")), 400, "null");
    assertError(api.post(CHAT, Api.chat(NAME, "hi", "\"n\":3")), 400, "unsupported_parameter");
    assertError(api.post(COMPLETIONS, Api.completion(NAME, " ")), 400, "null");
    HttpResponse<String> tooLong = api.post(COMPLETIONS, Api.completion(NAME, "x ".repeat(101)));
    assertError(tooLong, 400, "context_length_exceeded");
    assertThat(tooLong.body()).contains("100 tokens", "101 tokens", "\"param\":\"prompt\"");
    assertThat(api.ask(COMPLETIONS, Api.completion(NAME, "x ".repeat(100))).has("usage")).isTrue();
  }

  @Test
  void aModelThatFailsIsAnErrorOfTheServerAndTheNextRequestIsAnswered() throws Exception {
    FakeModel.Behaviour good = model.behaviour;
    model.behaviour =
        (prompt, most, listener) -> {
          throw new IllegalStateException("broken on purpose, for the test");
        };
    assertError(api.post(CHAT, Api.chat(NAME, "hi")), 500, "null");
    model.behaviour =
        (prompt, most, listener) -> {
          listener.token("begun");
          throw new AssertionError("broken on purpose, in a stream");
        };
    HttpResponse<String> stream = api.post(CHAT, Api.chat(NAME, "hi", "\"stream\":true"));
    assertThat(stream.statusCode()).isEqualTo(200);
    assertThat(stream.body()).contains("begun", "\"server_error\"").doesNotContain("[DONE]");
    model.behaviour = good;
    assertThat(api.ask(CHAT, Api.chat(NAME, "hi")).has("usage")).isTrue();
  }

  @Test
  void whatIsNoHttpIsRefused() throws Exception {
    try (RawConnection connection = new RawConnection(server.address())) {
      connection.send("nonsense\r\n\r\n");
      assertThat(connection.readAll()).contains(" 400 ", "invalid_request_error");
    }
    try (RawConnection connection = new RawConnection(server.address())) {
      connection.send(
          "GET /health HTTP/1.1\r\nHost: test\r\nX: " + "x".repeat(20_000) + "\r\n\r\n");
      assertThat(connection.readAll()).contains(" 400 ");
    }
    assertThat(api.send("GET", "/health").statusCode()).isEqualTo(200);
  }
}
