/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.terrace.serve.LanguageModel.Generated;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The JSON of one answer, whole or in the chunks of a stream. */
final class AnswerShape {
  private final boolean chat;
  private final boolean includeUsage;
  private final String id;
  private final String model;
  private final long created = System.currentTimeMillis() / 1000;

  AnswerShape(GenerationRequest request, String model) {
    chat = request.endpoint() == Endpoint.CHAT;
    includeUsage = request.includeUsage();
    id = (chat ? "chatcmpl-" : "cmpl-") + UUID.randomUUID().toString().replace("-", "");
    this.model = model;
  }

  /** The answer in one piece. */
  String whole(String text, String finishReason, int promptTokens, Generated generated) {
    ObjectNode choice = choice();
    if (chat) {
      ObjectNode message = choice.putObject("message");
      message.put("role", "assistant");
      message.put("content", text);
      message.putNull("refusal");
    } else {
      choice.put("text", text);
    }
    choice.put("finish_reason", finishReason);
    ObjectNode body = body(chat ? "chat.completion" : "text_completion", choice);
    body.set("usage", usage(promptTokens, generated));
    return Json.text(body);
  }

  /** The first chunk, which says who speaks; none for a completion. */
  @Nullable String first() {
    if (!chat) {
      return null;
    }
    ObjectNode choice = choice();
    choice.putObject("delta").put("role", "assistant").put("content", "");
    choice.putNull("finish_reason");
    return chunk(choice);
  }

  /** A chunk with some of the text. */
  String more(String text) {
    ObjectNode choice = choice();
    if (chat) {
      choice.putObject("delta").put("content", text);
    } else {
      choice.put("text", text);
    }
    choice.putNull("finish_reason");
    return chunk(choice);
  }

  /** The chunk behind the text, which says why it ended. */
  String ended(String finishReason) {
    ObjectNode choice = choice();
    if (chat) {
      choice.putObject("delta");
    } else {
      choice.put("text", "");
    }
    choice.put("finish_reason", finishReason);
    return chunk(choice);
  }

  /** The last chunk of a stream whose client asked for the count of tokens; else none. */
  @Nullable String usageChunk(int promptTokens, Generated generated) {
    if (!includeUsage) {
      return null;
    }
    ObjectNode body = body(chunkType(), null);
    body.set("usage", usage(promptTokens, generated));
    return Json.text(body);
  }

  private String chunk(ObjectNode choice) {
    ObjectNode body = body(chunkType(), choice);
    if (includeUsage) {
      body.putNull("usage");
    }
    return Json.text(body);
  }

  private String chunkType() {
    return chat ? "chat.completion.chunk" : "text_completion";
  }

  private static ObjectNode choice() {
    ObjectNode choice = Json.object();
    choice.put("index", 0);
    choice.putNull("logprobs");
    return choice;
  }

  private ObjectNode body(String type, @Nullable ObjectNode choice) {
    ObjectNode body = Json.object();
    body.put("id", id);
    body.put("object", type);
    body.put("created", created);
    body.put("model", model);
    ArrayNode choices = body.putArray("choices");
    if (choice != null) {
      choices.add(choice);
    }
    return body;
  }

  private static ObjectNode usage(int promptTokens, Generated generated) {
    ObjectNode usage = Json.object();
    usage.put("prompt_tokens", promptTokens);
    usage.put("completion_tokens", generated.tokens());
    usage.put("total_tokens", promptTokens + generated.tokens());
    usage.putObject("prompt_tokens_details").put("cached_tokens", generated.cachedTokens());
    return usage;
  }
}
