/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Fields that would change an answer in a way that Jlama has no means for. Each may have the value
 * that changes nothing; any other is refused, rather than answered as if it had not been asked.
 */
final class UnsupportedFields {
  private static final Map<String, Predicate<JsonNode>> NEUTRAL = neutral();

  private UnsupportedFields() {}

  /**
   * Looks at each of them.
   *
   * @throws ApiError that names the first that asks for something
   */
  static void refuse(Fields request) throws ApiError {
    for (Map.Entry<String, Predicate<JsonNode>> field : NEUTRAL.entrySet()) {
      JsonNode value = request.get(field.getKey());
      if (value != null && !field.getValue().test(value)) {
        throw ApiError.unsupported(
            field.getKey(), "is not supported by this server; leave it out, or at its default");
      }
    }
  }

  private static Map<String, Predicate<JsonNode>> neutral() {
    Map<String, Predicate<JsonNode>> fields = new LinkedHashMap<>();
    fields.put("n", is(1));
    fields.put("best_of", is(1));
    fields.put("top_p", is(1));
    fields.put("top_k", value -> is(0).test(value) || is(-1).test(value));
    fields.put("min_p", is(0));
    fields.put("frequency_penalty", is(0));
    fields.put("presence_penalty", is(0));
    fields.put("repetition_penalty", is(1));
    fields.put("seed", value -> false);
    fields.put("logit_bias", UnsupportedFields::isEmpty);
    fields.put("logprobs", UnsupportedFields::isFalse);
    fields.put("top_logprobs", is(0));
    fields.put("echo", UnsupportedFields::isFalse);
    fields.put("suffix", value -> value.isTextual() && value.textValue().isEmpty());
    fields.put("tools", UnsupportedFields::isEmpty);
    fields.put("tool_choice", UnsupportedFields::isNoTool);
    fields.put("functions", UnsupportedFields::isEmpty);
    fields.put("function_call", UnsupportedFields::isNoTool);
    fields.put("response_format", value -> value.path("type").asText().equals("text"));
    fields.put("modalities", value -> value.size() == 1 && value.path(0).asText().equals("text"));
    fields.put("audio", value -> false);
    fields.put("prediction", value -> false);
    fields.put("web_search_options", value -> false);
    return fields;
  }

  private static Predicate<JsonNode> is(int number) {
    return value -> value.isNumber() && value.doubleValue() == number;
  }

  private static boolean isFalse(JsonNode value) {
    return value.isBoolean() && !value.booleanValue();
  }

  private static boolean isEmpty(JsonNode value) {
    return value.isContainerNode() && value.isEmpty();
  }

  /** Without tools, whether to choose one is no question. */
  private static boolean isNoTool(JsonNode value) {
    return value.isTextual()
        && (value.textValue().equals("none") || value.textValue().equals("auto"));
  }
}
