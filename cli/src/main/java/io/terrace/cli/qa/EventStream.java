/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.terrace.cli.qa.QaRow.Served;
import java.util.concurrent.Flow;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a streamed chat completion: server-sent events, each with a chunk of the answer.
 * Written by one thread at a time, read when the stream has ended.
 */
final class EventStream implements Flow.Subscriber<String> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DATA = "data:";
  private static final String DONE = "[DONE]";

  private final LongSupplier nanos;
  private final long start;
  private final StringBuilder event = new StringBuilder();
  private final StringBuilder text = new StringBuilder();
  private long firstText;
  private long end;
  private @Nullable JsonNode usage;
  private @Nullable String failure;

  /**
   * @param nanos a clock such as {@link System#nanoTime}
   * @param start what it said just before the request
   */
  EventStream(LongSupplier nanos, long start) {
    this.nanos = nanos;
    this.start = start;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(String line) {
    if (line.isEmpty()) {
      dispatch();
    } else if (line.startsWith(DATA)) {
      String data = line.substring(DATA.length());
      event.append(event.isEmpty() ? "" : "\n");
      event.append(data.startsWith(" ") ? data.substring(1) : data);
    } // else a comment, or a field that says nothing of the answer
  }

  @Override
  public void onError(Throwable failed) {
    end = nanos.getAsLong(); // the exchange tells who waits for it
  }

  @Override
  public void onComplete() {
    dispatch(); // some servers leave out the last empty line
    end = nanos.getAsLong();
  }

  private void dispatch() {
    String data = event.toString();
    event.setLength(0);
    if (data.isEmpty() || data.equals(DONE) || failure != null) {
      return;
    }
    try {
      chunk(JSON.readTree(data));
    } catch (JsonProcessingException e) {
      failure = "no JSON in the stream: " + e.getOriginalMessage();
    }
  }

  private void chunk(JsonNode chunk) {
    if (chunk.hasNonNull("error")) {
      failure = "error in the stream: " + ErrorBody.message(chunk);
      return;
    }
    JsonNode content = chunk.at("/choices/0/delta/content");
    if (content.isTextual() && !content.textValue().isEmpty()) {
      firstText = text.isEmpty() ? nanos.getAsLong() : firstText;
      text.append(content.textValue());
    }
    if (chunk.hasNonNull("usage")) {
      usage = chunk.get("usage");
    }
  }

  /**
   * What the stream came to.
   *
   * @throws RequestFailure if it told of an error, or lacks text or usage
   */
  Reply reply() throws RequestFailure {
    if (failure != null) {
      throw new RequestFailure(failure);
    }
    if (text.isEmpty()) {
      throw new RequestFailure("no text in the stream");
    }
    if (usage == null || !usage.path("prompt_tokens").isNumber()) {
      throw new RequestFailure("no usage in the stream, which stream_options asked for");
    }
    JsonNode cached = usage.at("/prompt_tokens_details/cached_tokens");
    return new Reply(
        text.toString(),
        new Served(
            usage.path("prompt_tokens").asLong(),
            usage.path("completion_tokens").asLong(),
            (firstText - start) / 1e9,
            (end - firstText) / 1e9,
            cached.isNumber() ? cached.asLong() : null));
  }
}
