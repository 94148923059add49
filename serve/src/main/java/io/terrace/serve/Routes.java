/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** What each path answers. Safe for use by several threads. */
final class Routes {
  /** How paths that the server does not have are counted. */
  static final String OTHER = "other";

  /** The figures, which take a moment to gather. */
  static final String METRICS = "/metrics";

  private static final Logger LOG = System.getLogger(Routes.class.getName());
  private static final String JSON = "application/json";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final String HEALTH = "/health";
  private static final String MODELS = "/v1/models";

  private final LanguageModel model;
  private final RequestQueue queue;
  private final ServeMetrics metrics;
  private final RequestReader reader;
  private final long started = System.currentTimeMillis() / 1000;

  Routes(LanguageModel model, RequestQueue queue, ServeMetrics metrics) {
    this.model = model;
    this.queue = queue;
    this.metrics = metrics;
    reader = new RequestReader(model.name());
  }

  /** The one at a path, or null. */
  static @Nullable Endpoint endpoint(String path) {
    for (Endpoint endpoint : Endpoint.values()) {
      if (endpoint.path().equals(path)) {
        return endpoint;
      }
    }
    return null;
  }

  /** How requests for a path are counted. */
  static String label(String path) {
    boolean known =
        endpoint(path) != null
            || path.equals(HEALTH)
            || path.equals(METRICS)
            || path.equals(MODELS);
    return known ? path : path.startsWith(MODELS + "/") ? MODELS : OTHER;
  }

  /** Answers a request without a body. */
  void look(String method, String path, HttpClientReply reply) {
    if (label(path).equals(OTHER)) {
      reply.fail(ApiError.unknownPath(method, path));
      return;
    }
    String allowed = endpoint(path) != null ? "POST" : "GET";
    if (!method.equals(allowed)) {
      reply.refuseMethod(ApiError.wrongMethod(method, path, allowed), allowed);
      return;
    }
    switch (path) {
      case HEALTH -> health(reply);
      case METRICS -> reply.send(200, PROMETHEUS, metrics());
      case MODELS -> reply.reply(models());
      default -> oneModel(path.substring(MODELS.length() + 1), reply);
    }
  }

  private synchronized String metrics() {
    return metrics.text();
  }

  private void health(HttpClientReply reply) {
    if (queue.isStopping()) {
      reply.fail(ApiError.stopping());
    } else {
      reply.reply("{\"status\":\"ok\"}");
    }
  }

  private String models() {
    ObjectNode list = Json.object();
    list.put("object", "list");
    list.putArray("data").add(served());
    return Json.text(list);
  }

  private void oneModel(String name, HttpClientReply reply) {
    if (name.equals(model.name()) || name.equals(model.name().replace("/", "%2F"))) {
      reply.send(200, JSON, Json.text(served()));
    } else {
      reply.fail(ApiError.unknownModel(name, model.name()));
    }
  }

  private ObjectNode served() {
    ObjectNode served = Json.object();
    served.put("id", model.name());
    served.put("object", "model");
    served.put("created", started);
    served.put("owned_by", "terrace");
    served.put("max_model_len", model.contextTokens());
    return served;
  }

  /** Reads a request for an answer, and lets it wait for its turn. */
  void arrive(Endpoint endpoint, byte[] body, RequestQueue.Ticket ticket, Client client) {
    try {
      GenerationRequest request = reader.read(endpoint, body);
      Prompt prompt = prompt(request);
      model.announce(prompt);
      ticket.enter(new Generation(model, request, prompt, client, queue, metrics));
    } catch (ApiError e) {
      ticket.leave();
      client.fail(e);
    } catch (RuntimeException | Error e) {
      ticket.leave();
      LOG.log(Level.ERROR, "a request for " + endpoint.path() + " cannot be read", e);
      client.fail(ApiError.internal());
    }
  }

  private Prompt prompt(GenerationRequest request) throws ApiError {
    String field = request.endpoint().promptField();
    Prompt prompt =
        switch (request.endpoint()) {
          case CHAT -> model.chat(request.messages());
          case COMPLETIONS -> model.text(request.text());
        };
    if (prompt.length() == 0) {
      throw ApiError.badValue(field, "is empty, and this model begins with no token of its own");
    }
    if (prompt.length() > model.contextTokens()) {
      throw ApiError.promptTooLong(field, prompt.length(), model.contextTokens());
    }
    return prompt;
  }
}
