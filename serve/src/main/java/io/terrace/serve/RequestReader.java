/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Turns the body of a request into what it asks for. Safe for use by several threads. */
final class RequestReader {
  private static final int MOST_STOPS = 4;
  private static final int COMPLETION_TOKENS = 16; // as OpenAI has it
  private static final float TEMPERATURE = 1;
  private static final float MOST_TEMPERATURE = 2;

  private final String model;

  /**
   * @param model the name of the model that is served
   */
  RequestReader(String model) {
    this.model = model;
  }

  /**
   * Reads a request.
   *
   * @param body JSON in UTF-8
   * @throws ApiError that names the field that cannot be served
   */
  GenerationRequest read(Endpoint endpoint, byte[] body) throws ApiError {
    Fields fields = Fields.parse(body);
    checkModel(fields.text("model"));
    UnsupportedFields.refuse(fields);
    boolean stream = fields.flag("stream");
    return new GenerationRequest(
        endpoint,
        endpoint == Endpoint.CHAT ? messages(fields) : List.of(),
        endpoint == Endpoint.COMPLETIONS ? prompt(fields) : "",
        maxTokens(endpoint, fields),
        fields.number("temperature", TEMPERATURE, 0, MOST_TEMPERATURE),
        stops(fields),
        stream,
        includeUsage(fields, stream));
  }

  private void checkModel(@Nullable String wanted) throws ApiError {
    if (wanted == null) {
      throw ApiError.badValue("model", "is missing; this server has '" + model + "'");
    }
    if (!wanted.equals(model)) {
      throw ApiError.unknownModel(wanted, model);
    }
  }

  private static OptionalInt maxTokens(Endpoint endpoint, Fields fields) throws ApiError {
    OptionalInt older = fields.count("max_tokens");
    if (endpoint == Endpoint.COMPLETIONS) {
      return older.isPresent() ? older : OptionalInt.of(COMPLETION_TOKENS);
    }
    OptionalInt newer = fields.count("max_completion_tokens");
    return newer.isPresent() ? newer : older;
  }

  private static boolean includeUsage(Fields fields, boolean stream) throws ApiError {
    JsonNode options = fields.get("stream_options");
    if (options == null) {
      return false;
    }
    if (!stream) {
      throw ApiError.badValue("stream_options", "is only allowed when stream is true");
    }
    return Fields.of(options, "stream_options").flag("include_usage");
  }

  private static List<String> stops(Fields fields) throws ApiError {
    JsonNode stop = fields.get("stop");
    if (stop == null) {
      return List.of();
    }
    List<String> stops = new ArrayList<>();
    for (JsonNode each : stop.isArray() ? stop : List.of(stop)) {
      if (!each.isTextual() || each.textValue().isEmpty()) {
        throw ApiError.badValue("stop", "must be a string, or strings, none of them empty");
      }
      stops.add(each.textValue());
    }
    if (stops.size() > MOST_STOPS) {
      throw ApiError.badValue(
          "stop", "has " + stops.size() + " strings; allowed are " + MOST_STOPS);
    }
    return List.copyOf(stops);
  }

  private static String prompt(Fields fields) throws ApiError {
    JsonNode prompt = fields.get("prompt");
    if (prompt != null && prompt.isArray() && prompt.size() == 1) {
      prompt = prompt.get(0);
    }
    if (prompt == null || !prompt.isTextual()) {
      throw ApiError.badValue("prompt", "must be a string, or an array of one");
    }
    return prompt.textValue();
  }

  private static List<ChatMessage> messages(Fields fields) throws ApiError {
    JsonNode messages = fields.get("messages");
    if (messages == null || !messages.isArray() || messages.isEmpty()) {
      throw ApiError.badValue("messages", "must be an array of at least one message");
    }
    List<ChatMessage> read = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      read.add(message(Fields.of(messages.get(i), "messages[" + i + "]")));
    }
    return List.copyOf(read);
  }

  private static ChatMessage message(Fields message) throws ApiError {
    if (message.get("tool_calls") != null || message.get("function_call") != null) {
      throw ApiError.unsupported(message.path("tool_calls"), "this server has no tools");
    }
    return new ChatMessage(role(message), content(message));
  }

  private static ChatMessage.Role role(Fields message) throws ApiError {
    String role = message.text("role");
    return switch (role == null ? "" : role) {
      case "system", "developer" -> ChatMessage.Role.SYSTEM;
      case "user" -> ChatMessage.Role.USER;
      case "assistant" -> ChatMessage.Role.ASSISTANT;
      default ->
          throw ApiError.badValue(
              message.path("role"), "must be system, developer, user or assistant, got " + role);
    };
  }

  /** A string, or parts of which each is text. */
  private static String content(Fields message) throws ApiError {
    JsonNode content = message.get("content");
    String path = message.path("content");
    if (content != null && content.isTextual()) {
      return content.textValue();
    }
    if (content == null || !content.isArray()) {
      throw ApiError.badValue(path, "must be a string, or an array of parts");
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < content.size(); i++) {
      Fields part = Fields.of(content.get(i), path + "[" + i + "]");
      String type = part.text("type");
      String words = part.text("text");
      if (!"text".equals(type)) {
        throw ApiError.unsupported(part.path("type"), "only text is supported, got " + type);
      }
      if (words == null) {
        throw ApiError.badValue(part.path("text"), "is missing");
      }
      text.append(words);
    }
    return text.toString();
  }
}
