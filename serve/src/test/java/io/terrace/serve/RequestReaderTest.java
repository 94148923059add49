/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestReaderTest {
  private static final RequestReader READER = new RequestReader("m");

  private static GenerationRequest chat(String... fields) throws ApiError {
    return READER.read(Endpoint.CHAT, Api.chat("m", "hi", fields).getBytes(UTF_8));
  }

  private static ApiError refusal(Endpoint endpoint, String body) {
    ApiError error =
        catchThrowableOfType(ApiError.class, () -> READER.read(endpoint, body.getBytes(UTF_8)));
    assertThat(error).as(body).isNotNull();
    return error;
  }

  private static JsonNode error(ApiError error) {
    return Api.json(error.json()).get("error");
  }

  @Test
  void whatIsNotSaidIsAsWithOpenAi() throws ApiError {
    GenerationRequest request = chat();
    assertThat(request.maxTokens()).isEqualTo(OptionalInt.empty());
    assertThat(request.temperature()).isEqualTo(1);
    assertThat(request.stops()).isEmpty();
    assertThat(request.stream()).isFalse();
    assertThat(request.includeUsage()).isFalse();
    GenerationRequest completion =
        READER.read(Endpoint.COMPLETIONS, Api.completion("m", "hi").getBytes(UTF_8));
    assertThat(completion.maxTokens()).isEqualTo(OptionalInt.of(16));
    assertThat(completion.text()).isEqualTo("hi");
  }

  @Test
  void allThatIsSaidIsRead() throws ApiError {
    GenerationRequest request =
        chat(
            "\"max_tokens\":7",
            "\"max_completion_tokens\":9",
            "\"temperature\":0.5",
            "\"stop\":[\"a\",\"b\"]",
            "\"stream\":true",
            "\"stream_options\":{\"include_usage\":true}",
            "\"user\":\"somebody\"");
    assertThat(request.maxTokens()).as("the newer name").isEqualTo(OptionalInt.of(9));
    assertThat(request.temperature()).isEqualTo(0.5f);
    assertThat(request.stops()).containsExactly("a", "b");
    assertThat(request.stream()).isTrue();
    assertThat(request.includeUsage()).isTrue();
    assertThat(chat("\"stop\":\"x\"").stops()).containsExactly("x");
    assertThat(chat("\"max_tokens\":99999999999999999999").maxTokens())
        .isEqualTo(OptionalInt.of(Integer.MAX_VALUE));
  }

  @Test
  void contentIsAStringOrPartsOfText() throws ApiError {
    String body =
        """
        {"model":"m","messages":[
          {"role":"developer","content":"be short"},
          {"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
          {"role":"assistant","content":"c","name":"x"}]}""";
    assertThat(READER.read(Endpoint.CHAT, body.getBytes(UTF_8)).messages())
        .isEqualTo(
            List.of(
                new ChatMessage(ChatMessage.Role.SYSTEM, "be short"),
                new ChatMessage(ChatMessage.Role.USER, "ab"),
                new ChatMessage(ChatMessage.Role.ASSISTANT, "c")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"n\":1",
        "\"top_p\":1.0",
        "\"frequency_penalty\":0",
        "\"logprobs\":false",
        "\"seed\":null",
        "\"tools\":[]",
        "\"tool_choice\":\"none\"",
        "\"logit_bias\":{}",
        "\"response_format\":{\"type\":\"text\"}"
      })
  void defaultsMayBeSaid(String field) throws ApiError {
    assertThat(chat(field).messages()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "n | 2",
        "top_p | 0.9",
        "frequency_penalty | 0.1",
        "presence_penalty | -1",
        "seed | 7",
        "logprobs | true",
        "top_logprobs | 2",
        "logit_bias | {\"5\":1}",
        "tools | [{\"type\":\"function\"}]",
        "tool_choice | \"required\"",
        "response_format | {\"type\":\"json_object\"}",
        "best_of | 2",
        "echo | true",
        "suffix | \"x\"",
        "modalities | [\"audio\"]"
      })
  void whatJlamaCannotDoIsRefusedByName(String name, String value) {
    ApiError error = refusal(Endpoint.CHAT, Api.chat("m", "hi", "\"" + name + "\":" + value));
    assertThat(error.status()).isEqualTo(400);
    assertThat(error(error).get("param").asText()).isEqualTo(name);
    assertThat(error(error).get("type").asText()).isEqualTo("invalid_request_error");
    assertThat(error(error).get("message").asText()).startsWith(name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max_tokens | 0",
        "max_tokens | -3",
        "max_tokens | 1.5",
        "max_completion_tokens | \"many\"",
        "temperature | -0.1",
        "temperature | 2.1",
        "temperature | \"hot\"",
        "stop | \"\"",
        "stop | [1]",
        "stop | [\"a\",\"b\",\"c\",\"d\",\"e\"]",
        "stream | \"yes\"",
        "stream_options | {\"include_usage\":true}"
      })
  void valuesOutOfRangeAreRefusedByName(String name, String value) {
    ApiError error = refusal(Endpoint.CHAT, Api.chat("m", "hi", "\"" + name + "\":" + value));
    assertThat(error.status()).isEqualTo(400);
    assertThat(error(error).get("param").asText()).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "messages | {\"model\":\"m\"}",
        "messages | {\"model\":\"m\",\"messages\":[]}",
        "messages | {\"model\":\"m\",\"messages\":\"hi\"}",
        "messages[0] | {\"model\":\"m\",\"messages\":[1]}",
        "messages[0].role | {\"model\":\"m\",\"messages\":[{\"role\":\"tool\",\"content\":\"\"}]}",
        "messages[0].content | {\"model\":\"m\",\"messages\":[{\"role\":\"user\"}]}",
        "messages[0].content[0].type | {\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]}",
        "messages[0].content[0].text | {\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}]}",
        "model | {\"messages\":[]}",
        "model | {\"model\":5}"
      })
  void whatIsMissingOrOfAnotherKindIsNamed(String param, String body) {
    ApiError error = refusal(Endpoint.CHAT, body);
    assertThat(error.status()).isEqualTo(400);
    assertThat(error(error).get("param").asText()).isEqualTo(param);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "nonsense", "{} {}", "\u0000"})
  void whatIsNoJsonObjectIsRefused(String body) {
    ApiError error = refusal(Endpoint.COMPLETIONS, body);
    assertThat(error.status()).isEqualTo(400);
    assertThat(error(error).get("param").isNull()).isTrue();
  }

  @Test
  void aPromptIsOneText() {
    for (String prompt : List.of("[\"a\",\"b\"]", "[1,2]", "{}", "null")) {
      ApiError error = refusal(Endpoint.COMPLETIONS, "{\"model\":\"m\",\"prompt\":" + prompt + "}");
      assertThat(error(error).get("param").asText()).isEqualTo("prompt");
    }
  }

  @Test
  void anotherModelIsNotThere() {
    ApiError error = refusal(Endpoint.CHAT, Api.chat("gpt-4", "hi"));
    assertThat(error.status()).isEqualTo(404);
    assertThat(error(error).get("code").asText()).isEqualTo("model_not_found");
    assertThat(error(error).get("message").asText()).contains("'gpt-4'", "'m'");
  }
}
