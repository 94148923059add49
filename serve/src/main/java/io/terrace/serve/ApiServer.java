/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The HTTP server: connections, bodies, and which path is answered by what. */
final class ApiServer implements AutoCloseable {
  private static final Logger LOG = System.getLogger(ApiServer.class.getName());
  private static final Duration CANCEL_PATIENCE = Duration.ofSeconds(5);
  private static final int ARRIVAL_THREADS = 2;

  private final Limits limits;
  private final RequestQueue queue;
  private final ServeMetrics metrics = new ServeMetrics();
  private final Routes routes;
  private final Vertx vertx;
  private final HttpServer server;
  private final URI address;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Map<HttpConnection, ConnectionClock> clocks = new ConcurrentHashMap<>();
  private final ExecutorService arrivals =
      Executors.newFixedThreadPool(
          ARRIVAL_THREADS, Thread.ofPlatform().name("terrace-serve-arrival-", 0).factory());

  private ApiServer(LanguageModel model, String host, int port, Limits limits) throws IOException {
    this.limits = limits;
    queue = new RequestQueue(limits.queue(), limits.concurrency());
    metrics.watch(queue);
    routes = new Routes(model, queue, metrics);
    vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1) // it computes nothing
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    server = vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false));
    server.connectionHandler(this::connected);
    server.requestHandler(this::handle);
    server.invalidRequestHandler(this::refuseInvalid);
    try {
      server.listen(port, host).toCompletionStage().toCompletableFuture().get();
      address = new URI("http", null, host, server.actualPort(), "/v1", null, null);
    } catch (ExecutionException | InterruptedException | URISyntaxException e) {
      close();
      throw cannotListen(host, port, e);
    }
  }

  private static IOException cannotListen(String host, int port, Exception e) {
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      return new InterruptedIOException("interrupted");
    }
    Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
    return new IOException("cannot listen on " + host + ":" + port + ": " + cause, e);
  }

  /**
   * Starts a server; requests are answered when this returns.
   *
   * @param model closed by the caller, after the server
   * @param port 0 for any that is free
   * @throws IOException if it cannot listen there
   */
  static ApiServer start(LanguageModel model, String host, int port, Limits limits)
      throws IOException {
    return new ApiServer(model, host, port, limits);
  }

  /** What clients call the base URL: ends in /v1. */
  URI address() {
    return address;
  }

  /**
   * Stops: no request is taken any more, those that wait are refused, and those that are being
   * answered may go on for a while. Returns at once if another call has done so.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    queue.stop(limits.stopPatience(), CANCEL_PATIENCE);
    arrivals.shutdown();
    try {
      server.shutdown(1, TimeUnit.SECONDS).toCompletionStage().toCompletableFuture().get();
      vertx.close().toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      LOG.log(Level.WARNING, "the HTTP server did not stop as it should", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void connected(HttpConnection connection) {
    ConnectionClock clock = new ConnectionClock(vertx, connection, limits.clientPatience());
    clocks.put(connection, clock);
    connection.closeHandler(
        closed -> {
          clock.stop();
          clocks.remove(connection);
        });
  }

  private void handle(HttpServerRequest request) {
    ConnectionClock clock = clocks.get(request.connection());
    String path = String.valueOf(request.path());
    Endpoint endpoint = Routes.endpoint(path);
    HttpClientReply reply =
        new HttpClientReply(
            vertx.getOrCreateContext(),
            request,
            limits.readerPatience(),
            status -> metrics.request(Routes.label(path), status));
    request.response().endHandler(sent -> await(clock));
    if (clock != null) {
      clock.start(() -> reply.failAndClose(ApiError.tooSlow()));
    }
    if (endpoint != null && request.method().name().equals("POST")) {
      BodyReader.read(
          request,
          limits.bodyBytes(),
          body -> {
            pause(clock);
            arrive(endpoint, body, reply);
          },
          () -> reply.failAndClose(ApiError.bodyTooLarge(limits.bodyBytes())));
    } else {
      pause(clock);
      look(request.method().name(), path, reply);
    }
  }

  private void look(String method, String path, HttpClientReply reply) {
    if (path.equals(Routes.METRICS)) {
      off(reply, () -> routes.look(method, path, reply)); // the plugin is asked
    } else {
      routes.look(method, path, reply);
    }
  }

  private static void pause(@Nullable ConnectionClock clock) {
    if (clock != null) {
      clock.stop();
    }
  }

  private static void await(@Nullable ConnectionClock clock) {
    if (clock != null) {
      clock.startNext();
    }
  }

  /** A place is taken before the body is looked at: what is looked at is bounded. */
  private void arrive(Endpoint endpoint, byte[] body, HttpClientReply reply) {
    try {
      RequestQueue.Ticket ticket = queue.admit();
      reply.whenGone(ticket::leave);
      off(reply, () -> routes.arrive(endpoint, body, ticket, reply));
    } catch (ApiError e) {
      reply.fail(e);
    }
  }

  /** Does something that may take a while, not on the event loop. */
  private void off(HttpClientReply reply, Runnable work) {
    try {
      arrivals.execute(work);
    } catch (RejectedExecutionException e) {
      reply.fail(ApiError.stopping());
    }
  }

  private void refuseInvalid(HttpServerRequest request) {
    HttpClientReply reply =
        new HttpClientReply(
            vertx.getOrCreateContext(),
            request,
            limits.readerPatience(),
            status -> metrics.request(Routes.OTHER, status));
    Throwable cause = request.decoderResult().cause();
    String what = cause == null ? "malformed" : String.valueOf(cause.getMessage());
    reply.failAndClose(ApiError.badHttp(400, "The request is not HTTP/1.1: " + what));
  }
}
