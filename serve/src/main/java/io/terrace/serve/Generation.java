/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import io.terrace.serve.LanguageModel.End;
import io.terrace.serve.LanguageModel.Generated;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** One request from the queue to the end of its answer. */
final class Generation implements RequestQueue.Task, LanguageModel.Listener {
  private static final Logger LOG = System.getLogger(Generation.class.getName());

  private final LanguageModel model;
  private final GenerationRequest request;
  private final Prompt prompt;
  private final Client client;
  private final RequestQueue queue;
  private final ServeMetrics metrics;
  private final AnswerShape shape;
  private final StopFilter stops;
  private final StringBuilder whole = new StringBuilder();
  private final long arrived = System.nanoTime();
  private boolean begun;

  Generation(
      LanguageModel model,
      GenerationRequest request,
      Prompt prompt,
      Client client,
      RequestQueue queue,
      ServeMetrics metrics) {
    this.model = model;
    this.request = request;
    this.prompt = prompt;
    this.client = client;
    this.queue = queue;
    this.metrics = metrics;
    shape = new AnswerShape(request, model.name());
    stops = new StopFilter(request.stops());
  }

  /** Tokens that an answer may have: as many as asked for, and as the context has room for. */
  static int maxTokens(GenerationRequest request, Prompt prompt, int contextTokens) {
    int room = contextTokens - prompt.length() + 1; // the last token takes none
    return Math.min(room, request.maxTokens().orElse(room));
  }

  @Override
  public void run() {
    try {
      int most = maxTokens(request, prompt, model.contextTokens());
      Generated generated = model.generate(prompt, most, request.temperature(), this);
      metrics.generated(prompt.length(), generated);
      if (generated.end() == End.LISTENER && !stops.isFound()) {
        client.fail(ApiError.stopping()); // or the client is gone, and hears nothing
      } else {
        finish(generated);
      }
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "a request of " + prompt.length() + " tokens failed", e);
      client.fail(ApiError.internal());
    }
  }

  @Override
  public void refuse(ApiError error) {
    client.fail(error);
  }

  @Override
  public boolean isCancelled() {
    return client.isGone() || queue.isCancelling();
  }

  @Override
  public boolean token(String text) {
    if (!begun) {
      begun = true;
      metrics.firstToken(System.nanoTime() - arrived);
      if (request.stream()) {
        event(shape.first());
      }
    }
    add(stops.append(text));
    return !stops.isFound();
  }

  private void add(String text) {
    if (!text.isEmpty() && request.stream()) {
      client.event(shape.more(text));
    } else {
      whole.append(text);
    }
  }

  private void event(@Nullable String data) {
    if (data != null) {
      client.event(data);
    }
  }

  private void finish(Generated generated) {
    if (!begun) {
      token("");
    }
    add(stops.finish());
    String reason = generated.end() == End.LENGTH && !stops.isFound() ? "length" : "stop";
    if (request.stream()) {
      client.event(shape.ended(reason));
      event(shape.usageChunk(prompt.length(), generated));
      client.done();
    } else {
      client.reply(shape.whole(whole.toString(), reason, prompt.length(), generated));
    }
  }
}
