/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A client of the server under test. */
final class Api implements AutoCloseable {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI base;

  /**
   * @param base ends in /v1
   */
  Api(URI base) {
    this.base = base;
  }

  /** A conversation of one message, with more fields behind it: {@code "max_tokens":3}, say. */
  static String chat(String model, String text, String... fields) {
    String message =
        "{\"role\":\"user\",\"content\":" + Json.text(Json.MAPPER.valueToTree(text)) + "}";
    return "{\"model\":\"" + model + "\",\"messages\":[" + message + "]" + more(fields) + "}";
  }

  /** A prompt as it is. */
  static String completion(String model, String text, String... fields) {
    String prompt = Json.text(Json.MAPPER.valueToTree(text));
    return "{\"model\":\"" + model + "\",\"prompt\":" + prompt + more(fields) + "}";
  }

  private static String more(String... fields) {
    return fields.length == 0 ? "" : "," + String.join(",", fields);
  }

  HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
    return http.send(request(path, body), BodyHandlers.ofString());
  }

  CompletableFuture<HttpResponse<String>> postLater(String path, String body) {
    return http.sendAsync(request(path, body), BodyHandlers.ofString());
  }

  HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve(path)).method(method, BodyPublishers.noBody()).build();
    return http.send(request, BodyHandlers.ofString());
  }

  private HttpRequest request(String path, String body) {
    return HttpRequest.newBuilder(base.resolve(path))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  /** The answer to a request that must be answered. */
  JsonNode ask(String path, String body) throws IOException, InterruptedException {
    HttpResponse<String> response = post(path, body);
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + ": " + response.body());
    }
    return json(response.body());
  }

  /** The events of a stream, without the last one, which must be {@code [DONE]}. */
  List<JsonNode> stream(String path, String body) throws IOException, InterruptedException {
    HttpResponse<String> response = post(path, body);
    String type = response.headers().firstValue("Content-Type").orElse("");
    if (!type.startsWith("text/event-stream") || !response.body().endsWith("data: [DONE]\n\n")) {
      throw new AssertionError(response.statusCode() + " " + type + ": " + response.body());
    }
    List<JsonNode> events = new ArrayList<>();
    for (String event : response.body().split("\n\n", 0)) {
      if (!event.equals("data: [DONE]")) {
        events.add(json(event.substring("data: ".length())));
      }
    }
    return events;
  }

  static JsonNode json(String text) {
    try {
      return Json.MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + text, e);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
