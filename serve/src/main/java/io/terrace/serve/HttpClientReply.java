/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * The answer to one HTTP request. Whatever thread sends, the response is touched by its event loop
 * alone.
 */
final class HttpClientReply implements Client {
  /** What may wait to be read by a client before the thread that computes waits, too. */
  private static final int MOST_UNREAD_BYTES = 64 << 10;

  private static final String JSON = "application/json";

  /** After which a client that was turned away may well be answered. */
  private static final String RETRY_SECONDS = "1";

  /** A client that went before it was answered, as proxies count it. */
  static final int GONE = 499;

  private final Context eventLoop;
  private final HttpConnection connection;
  private final HttpServerResponse response;
  private final Duration readerPatience;
  private final IntConsumer ended;
  private Runnable whenGone = () -> {}; // this and the next ones are guarded by this
  private int unreadBytes;
  private boolean streaming;
  private boolean isEnded;
  private volatile boolean gone;

  /**
   * @param ended is told the status once, when the answer is complete or the client is gone
   */
  HttpClientReply(
      Context eventLoop, HttpServerRequest request, Duration readerPatience, IntConsumer ended) {
    this.eventLoop = eventLoop;
    connection = request.connection();
    response = request.response();
    this.readerPatience = readerPatience;
    this.ended = ended;
    response.closeHandler(closed -> lost());
    response.exceptionHandler(failure -> lost());
  }

  /** What to do if the client goes; at once if it is gone. */
  void whenGone(Runnable action) {
    boolean now;
    synchronized (this) {
      whenGone = action;
      now = gone;
    }
    if (now) {
      action.run();
    }
  }

  @Override
  public boolean isGone() {
    return gone;
  }

  @Override
  public void reply(String json) {
    send(200, JSON, json);
  }

  /** Sends a whole answer of another kind. */
  void send(int status, String contentType, String body) {
    send(status, body, Map.of("Content-Type", contentType));
  }

  @Override
  public void fail(ApiError error) {
    fail(error, error.isTransient() ? Map.of("Retry-After", RETRY_SECONDS) : Map.of());
  }

  /** As {@link #fail}, with the method that would have been right. */
  void refuseMethod(ApiError error, String allowed) {
    fail(error, Map.of("Allow", allowed));
  }

  /** As {@link #fail}; what the client sends next need not be a request. */
  void failAndClose(ApiError error) {
    fail(error, Map.of("Connection", "close"));
  }

  private void fail(ApiError error, Map<String, String> more) {
    if (isStreaming()) {
      event(error.json());
      finishStream(error.status());
      return;
    }
    Map<String, String> headers = new HashMap<>(more);
    headers.put("Content-Type", JSON);
    send(error.status(), error.json(), headers);
  }

  private void send(int status, String body, Map<String, String> headers) {
    if (end()) {
      onEventLoop(
          () -> {
            headers.forEach(response::putHeader);
            count(response.setStatusCode(status).end(body), status);
          });
    }
  }

  @Override
  public void event(String data) {
    Buffer event = Buffer.buffer("data: " + data + "\n\n");
    boolean first;
    synchronized (this) {
      awaitReader();
      if (gone || isEnded) {
        return;
      }
      unreadBytes += event.length();
      first = !streaming;
      streaming = true;
    }
    onEventLoop(
        () -> {
          if (first) {
            beginStream();
          }
          response.write(event).onComplete(written -> read(event.length()));
        });
  }

  private void beginStream() {
    response
        .setChunked(true)
        .putHeader("Content-Type", "text/event-stream; charset=utf-8")
        .putHeader("Cache-Control", "no-cache")
        .putHeader("X-Accel-Buffering", "no"); // so that nginx passes on each event
  }

  @Override
  public void done() {
    event("[DONE]");
    finishStream(200);
  }

  private void finishStream(int status) {
    if (end()) {
      onEventLoop(() -> count(response.end(), status));
    }
  }

  /** An answer that the client did not take to its end is none. */
  private void count(Future<Void> sent, int status) {
    sent.onComplete(result -> ended.accept(result.succeeded() ? status : GONE));
  }

  private void onEventLoop(Runnable work) {
    eventLoop.runOnContext(
        now -> {
          if (!response.closed()) {
            work.run();
          }
        });
  }

  private synchronized boolean isStreaming() {
    return streaming;
  }

  /** Whether the answer was not ended before. */
  private synchronized boolean end() {
    boolean mine = !isEnded && !gone;
    isEnded |= mine;
    return mine;
  }

  private synchronized void read(int bytes) {
    unreadBytes -= bytes;
    notifyAll();
  }

  /** Holds the monitor, but while it waits. */
  private void awaitReader() {
    long deadline = System.nanoTime() + readerPatience.toNanos();
    try {
      while (unreadBytes >= MOST_UNREAD_BYTES && !gone) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          gone = true;
          eventLoop.runOnContext(now -> ConnectionClock.cut(connection));
          return;
        }
        wait(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      gone = true;
    }
  }

  private void lost() {
    Runnable action;
    boolean unanswered;
    synchronized (this) {
      gone = true;
      unanswered = !isEnded;
      isEnded = true;
      action = whenGone;
      notifyAll();
    }
    if (unanswered) {
      ended.accept(GONE);
    }
    action.run();
  }
}
