/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * A server whose answers hang on the whole conversation, and which says that every second word of a
 * prompt was cached. It can be told to fail.
 */
public final class StandInServer implements AutoCloseable {
  public static final String MODEL = "stand-in";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Seen> seen = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer http;
  private volatile Function<Seen, Trouble> trouble = request -> Trouble.NONE;

  public StandInServer() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    http.createContext("/v1/chat/completions", this::serve);
    http.setExecutor(threads);
    http.start();
  }

  /** A request. */
  public record Seen(String userId, String authorization, JsonNode body) {
    public String model() {
      return body.path("model").asText();
    }

    public String lastMessage() {
      JsonNode messages = body.path("messages");
      return messages.path(messages.size() - 1).path("content").asText();
    }
  }

  /** What goes wrong with a request. */
  public enum Trouble {
    NONE,
    BUSY,
    BROKEN,
    /** An answer never comes. */
    SILENT,
    /** It never ends. */
    ENDLESS,
    NO_TEXT,
    NO_USAGE,
    ERROR_IN_STREAM,
    NO_JSON,
    OTHER_ANSWER,
  }

  public void trouble(Function<Seen, Trouble> which) {
    trouble = which;
  }

  public void trouble(Trouble always) {
    trouble = request -> always;
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/v1");
  }

  /** All requests so far. */
  public List<Seen> seen() {
    synchronized (seen) {
      return List.copyOf(seen);
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    JsonNode body = JSON.readTree(exchange.getRequestBody());
    Seen request =
        new Seen(
            String.valueOf(exchange.getRequestHeaders().getFirst("x-user-id")),
            String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
            body);
    seen.add(request);
    Trouble now = trouble.apply(request);
    try {
      if (!request.model().equals(MODEL)) {
        error(exchange, 404, "The model `" + request.model() + "` does not exist");
      } else if (now == Trouble.BUSY) {
        error(exchange, 429, "the queue is full");
      } else if (now == Trouble.BROKEN) {
        error(exchange, 500, "it broke");
      } else if (now == Trouble.SILENT) {
        closed.await();
      } else {
        answer(exchange, request, now);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      exchange.close();
    }
  }

  private static void error(HttpExchange exchange, int status, String message) throws IOException {
    byte[] body = JSON.writeValueAsBytes(Map.of("error", Map.of("message", message)));
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private void answer(HttpExchange exchange, Seen request, Trouble trouble)
      throws IOException, InterruptedException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    String messages = request.body().path("messages").toString();
    int salt = trouble == Trouble.OTHER_ANSWER ? 1 : 0;
    event(out, delta("{\"role\":\"assistant\",\"content\":\"\"}"));
    if (trouble == Trouble.ERROR_IN_STREAM) {
      event(out, "{\"error\":{\"message\":\"out of memory\"}}");
    }
    if (trouble == Trouble.NO_JSON) {
      event(out, "{\"choices\":[");
    }
    if (trouble != Trouble.NO_TEXT) {
      event(out, delta("{\"content\":\"Once \"}"));
      event(
          out, delta("{\"content\":\"" + Integer.toHexString(messages.hashCode() + salt) + "\"}"));
    }
    if (trouble == Trouble.ENDLESS) {
      closed.await();
    }
    if (trouble != Trouble.NO_USAGE) {
      int tokens = messages.split("\\s+").length;
      event(
          out,
          "{\"choices\":[],\"usage\":{\"prompt_tokens\":"
              + tokens
              + ",\"completion_tokens\":2,\"prompt_tokens_details\":{\"cached_tokens\":"
              + tokens / 2
              + "}}}");
    }
    event(out, "[DONE]");
  }

  private static String delta(String delta) {
    return "{\"choices\":[{\"index\":0,\"delta\":" + delta + "}],\"usage\":null}";
  }

  private static void event(OutputStream out, String data) throws IOException {
    out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  @Override
  public void close() {
    closed.countDown();
    http.stop(0);
    threads.shutdownNow();
  }
}
