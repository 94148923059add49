/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks OpenAI-compatible servers for streamed chat completions at temperature 0. Every request has
 * a deadline. Safe for use by several threads.
 */
public final class ChatClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final int MOST_ERROR_BYTES = 64 * 1024;
  private static final int OK = 200;

  private final String model;
  private final Duration deadline;
  private final String apiKey;
  private final HttpClient http;

  /**
   * @param deadline for a request, from its start to its end
   * @param apiKey sent as a bearer token; empty to send none
   */
  public ChatClient(String model, Duration deadline, String apiKey) {
    this.model = model;
    this.deadline = deadline;
    this.apiKey = apiKey;
    http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT.compareTo(deadline) < 0 ? CONNECT : deadline)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  /**
   * Asks and waits for the whole answer.
   *
   * @param address of the API, which ends in {@code /v1}
   * @param userId sent as the header {@code x-user-id}, for balancers that keep a user's requests
   *     together
   * @throws RequestFailure if there is none within the deadline
   */
  Reply ask(URI address, List<Message> messages, int answerTokens, int userId)
      throws RequestFailure, InterruptedException {
    HttpRequest request = request(address, body(messages, answerTokens), userId);
    EventStream events = new EventStream(System::nanoTime, System.nanoTime());
    CompletableFuture<HttpResponse<String>> exchange =
        http.sendAsync(request, head -> subscriber(head.statusCode(), events));
    try {
      HttpResponse<String> response = exchange.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
      if (response.statusCode() != OK) {
        throw new RequestFailure(
            "HTTP " + response.statusCode() + ": " + ErrorBody.message(response.body()));
      }
      return events.reply();
    } catch (TimeoutException e) {
      throw new RequestFailure("no whole answer within " + deadline.toMillis() / 1000.0 + " s");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw new RequestFailure(why(address, cause == null ? e : cause));
    } finally {
      exchange.cancel(true); // closes the connection where the answer has not ended
    }
  }

  /** The lines of an answer go to the events; anything else is an error's text. */
  private static BodySubscriber<String> subscriber(int status, EventStream events) {
    return status == OK
        ? BodySubscribers.fromLineSubscriber(events, done -> "", StandardCharsets.UTF_8, null)
        : BodySubscribers.limiting(
            BodySubscribers.ofString(StandardCharsets.UTF_8), MOST_ERROR_BYTES);
  }

  private HttpRequest request(URI address, String body, int userId) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address + "/chat/completions"))
            .header("Content-Type", "application/json")
            .header("Accept", "text/event-stream")
            .header("x-user-id", String.valueOf(userId))
            .POST(BodyPublishers.ofString(body));
    if (!apiKey.isEmpty()) {
      request.header("Authorization", "Bearer " + apiKey);
    }
    return request.build();
  }

  private String body(List<Message> messages, int answerTokens) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("model", model);
    body.put("messages", messages);
    body.put("temperature", 0);
    body.put("max_tokens", answerTokens);
    body.put("stream", true);
    body.put("stream_options", Map.of("include_usage", true));
    try {
      return JSON.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain values have no JSON", e);
    }
  }

  private static String why(URI address, Throwable failed) {
    if (failed instanceof ConnectException || failed instanceof HttpConnectTimeoutException) {
      return "cannot connect to " + address;
    }
    String message = failed.getMessage() == null ? failed.toString() : failed.getMessage();
    return failed instanceof IOException ? "connection lost: " + message : "client: " + message;
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }
}
