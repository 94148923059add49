/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import static io.terrace.serve.FakeModel.NAME;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that are too many, go away, do not read, do not write, or send too much. */
@Timeout(90)
final class ApiServerLoadTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final Duration LONG = Duration.ofSeconds(60);

  private final FakeModel model = new FakeModel();
  private @Nullable ApiServer started;
  private @Nullable Api client;

  private Api start(int queue, Duration client, Duration reader, Duration stop) throws IOException {
    Limits limits = new Limits(queue, 1, 10_000_000, client, reader, stop);
    ApiServer server = ApiServer.start(model, "127.0.0.1", 0, limits);
    started = server;
    Api api = new Api(server.address());
    this.client = api;
    return api;
  }

  private Api start(int queue) throws IOException {
    return start(queue, LONG, LONG, LONG);
  }

  private ApiServer server() {
    return Objects.requireNonNull(started);
  }

  @AfterEach
  void stop() {
    model.prefills.release(1_000);
    if (client != null) {
      client.close();
    }
    if (started != null) {
      started.close();
    }
  }

  private static void assertEnds(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
  }

  private static String metrics(Api api) {
    try {
      return api.send("GET", "/metrics").body();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static void awaitWaiting(Api api, int count) throws InterruptedException {
    Eventually.happens(
        count + " wait", () -> metrics(api).contains("terrace_serve_queue_depth " + count + ".0"));
  }

  private static void awaitGone(Api api, int count) throws InterruptedException {
    Eventually.happens(
        count + " are counted as gone",
        () -> metrics(api).contains("status=\"499\"} " + count + ".0"));
  }

  @Test
  void whoFindsTheQueueFullIsToldToComeBack() throws Exception {
    model.prefills.drainPermits();
    Api api = start(2);
    List<CompletableFuture<HttpResponse<String>>> taken = new ArrayList<>();
    taken.add(api.postLater(CHAT, Api.chat(NAME, "0")));
    Eventually.happens("the first is computed", model.begun);
    for (int i = 1; i <= 2; i++) {
      taken.add(api.postLater(CHAT, Api.chat(NAME, "" + i)));
      awaitWaiting(api, i);
    }
    HttpResponse<String> refused = api.post(CHAT, Api.chat(NAME, "3"));
    assertEnds(refused, 429);
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(refused.body()).contains("\"rate_limit_exceeded\"", "All 2 places");
    model.prefills.release(10);
    for (CompletableFuture<HttpResponse<String>> each : taken) {
      assertEnds(each.get(), 200);
    }
    assertThat(model.computed)
        .containsExactly("user: 0\nassistant:", "user: 1\nassistant:", "user: 2\nassistant:");
    assertEnds(api.post(CHAT, Api.chat(NAME, "4")), 200);
  }

  @Test
  void whoGoesWhileWaitingIsNotComputed() throws Exception {
    model.prefills.drainPermits();
    Api api = start(8);
    CompletableFuture<HttpResponse<String>> first = api.postLater(CHAT, Api.chat(NAME, "first"));
    Eventually.happens("the first is computed", model.begun);
    try (RawConnection leaver = new RawConnection(server().address())) {
      leaver.post(CHAT, Api.chat(NAME, "leaver"));
      awaitWaiting(api, 1);
    }
    awaitWaiting(api, 0);
    awaitGone(api, 1);
    model.prefills.release(10);
    assertEnds(first.get(), 200);
    assertEnds(api.post(CHAT, Api.chat(NAME, "last")), 200);
    assertThat(model.computed).noneMatch(prompt -> prompt.contains("leaver"));
  }

  @Test
  void whoGoesWhileThePromptIsComputedEndsIt() throws Exception {
    model.prefills.drainPermits();
    Api api = start(8);
    try (RawConnection leaver = new RawConnection(server().address())) {
      leaver.post(CHAT, Api.chat(NAME, "leaver"));
      Eventually.happens("it is computed", model.begun);
    }
    Eventually.happens("computing ends", model.brokenOff);
    awaitGone(api, 1);
    model.prefills.release(10);
    assertEnds(api.post(CHAT, Api.chat(NAME, "next")), 200);
  }

  @Test
  void whoGoesWhileTheAnswerIsComputedEndsIt() throws Exception {
    model.behaviour = model.says("word ", Integer.MAX_VALUE);
    Api api = start(8);
    for (String stream : List.of("true", "false")) {
      try (RawConnection leaver = new RawConnection(server().address())) {
        leaver.post(CHAT, Api.chat(NAME, "leaver", "\"stream\":" + stream));
        int before = model.sent.get();
        Eventually.happens("tokens come", () -> model.sent.get() > before + 10);
      }
      Eventually.happens("computing ends", () -> metrics(api).contains("serve_running 0.0"));
    }
    awaitGone(api, 2);
    model.behaviour = FakeModel.says("ok");
    assertEnds(api.post(CHAT, Api.chat(NAME, "next")), 200);
  }

  @Test
  void theAnswerWaitsForAClientThatReadsSlowly() throws Exception {
    String token = "0123456789".repeat(100);
    int tokens = 16_000; // 16 MB, more than sockets hold
    model.behaviour = model.says(token, tokens);
    Api api = start(8);
    try (RawConnection reader = new RawConnection(server().address())) {
      reader.post(CHAT, Api.chat(NAME, "slow", "\"stream\":true"));
      Eventually.happens("tokens come", () -> model.sent.get() > 10);
      int seen = -1;
      while (seen != model.sent.get()) { // until it stands still
        seen = model.sent.get();
        Thread.sleep(300);
      }
      assertThat(seen).as("it waits, and has not computed all").isLessThan(tokens);
      assertThat(reader.readUntil("data: [DONE]")).endsWith("data: [DONE]");
    }
    assertThat(model.sent).hasValue(tokens);
    assertThat(metrics(api)).doesNotContain("status=\"499\"");
  }

  @Test
  void whoDoesNotReadForTooLongCountsAsGone() throws Exception {
    model.behaviour = model.says("0123456789".repeat(100), Integer.MAX_VALUE);
    Api api = start(8, LONG, Duration.ofMillis(300), LONG);
    try (RawConnection reader = new RawConnection(server().address())) {
      reader.post(CHAT, Api.chat(NAME, "asleep", "\"stream\":true"));
      Eventually.happens("computing ends", model.brokenOff);
      awaitGone(api, 1);
      assertThat(reader.readUntil("data: [DONE]")).doesNotContain("[DONE]");
    }
    model.behaviour = FakeModel.says("ok");
    assertEnds(api.post(CHAT, Api.chat(NAME, "next")), 200);
  }

  @Test
  void aStoppingServerEndsWhatItAnswersAndRefusesTheRest() throws Exception {
    model.prefills.drainPermits();
    Api api = start(8);
    CompletableFuture<HttpResponse<String>> running = api.postLater(CHAT, Api.chat(NAME, "0"));
    Eventually.happens("the first is computed", model.begun);
    CompletableFuture<HttpResponse<String>> waiting = api.postLater(CHAT, Api.chat(NAME, "1"));
    awaitWaiting(api, 1);
    ApiServer server = server();
    Thread stopping = Thread.ofPlatform().start(server::close);
    HttpResponse<String> refused = waiting.get();
    assertEnds(refused, 503);
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    HttpResponse<String> late = api.post(CHAT, Api.chat(NAME, "2"));
    assertEnds(late, 503);
    assertThat(late.body()).contains("shutting down");
    assertEnds(api.send("GET", "/health"), 503);
    assertThat(running).isNotDone();
    model.prefills.release(10);
    assertEnds(running.get(), 200);
    stopping.join();
    assertThat(model.computed).containsExactly("user: 0\nassistant:");
  }

  @Test
  void aStoppingServerDoesNotWaitForEver() throws Exception {
    model.behaviour = model.says("word ", Integer.MAX_VALUE);
    Api api = start(8, LONG, LONG, Duration.ofMillis(200));
    CompletableFuture<HttpResponse<String>> whole = api.postLater(CHAT, Api.chat(NAME, "whole"));
    Eventually.happens("tokens come", () -> model.sent.get() > 10);
    server().close();
    assertEnds(whole.get(), 503);
    Eventually.happens("computing ends", model.brokenOff);
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedBeforeItIsRead() throws Exception {
    Api api = start(8);
    try (RawConnection sender = new RawConnection(server().address())) {
      sender.send(RawConnection.head(CHAT, 100_000_000) + "Expect: 100-continue\r\n\r\n");
      assertThat(sender.readUntil("}}"))
          .startsWith("HTTP/1.1 413 ")
          .contains("\"request_too_large\"");
    }
    assertEnds(api.post(CHAT, Api.chat(NAME, "next")), 200);
  }

  @Test
  void aBodyOf100MegabytesIsReadAndThrownAway() throws Exception {
    Api api = start(8);
    byte[] part = new byte[1_000_000];
    try (RawConnection sender = new RawConnection(server().address())) {
      sender.send(RawConnection.head(CHAT, 100_000_000) + "\r\n");
      for (int i = 0; i < 100; i++) {
        sender.send(part);
      }
      assertThat(sender.readUntil("}}")).startsWith("HTTP/1.1 413 ");
    }
    try (RawConnection sender = new RawConnection(server().address())) { // of unknown length
      sender.send("POST " + CHAT + " HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (int i = 0; i < 11; i++) {
        sender.send("F4240\r\n");
        sender.send(part);
        sender.send("\r\n");
      }
      assertThat(sender.readUntil("}}")).startsWith("HTTP/1.1 413 ");
    }
    assertEnds(api.post(CHAT, Api.chat(NAME, "next")), 200);
  }

  @Test
  void aClientThatAsksBeforeItSendsIsToldToGoOn() throws Exception {
    Api api = start(8);
    String body = Api.chat(NAME, "hi");
    try (RawConnection sender = new RawConnection(server().address())) {
      sender.send(RawConnection.head(CHAT, body.length()) + "Expect: 100-continue\r\n\r\n");
      assertThat(sender.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100 ");
      sender.send(body);
      assertThat(sender.readUntil("}}}")).contains("HTTP/1.1 200 ", "Hello world!");
    }
    assertEnds(api.send("GET", "/health"), 200);
  }

  @Test
  void connectionsThatSendNothingStopNobodyAndAreClosed() throws Exception {
    Api api = start(8, Duration.ofSeconds(2), LONG, LONG);
    List<RawConnection> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        silent.add(new RawConnection(server().address()));
      }
      silent.get(0).send("POST " + CHAT + " HTTP/1.1\r\nHost:"); // half a head
      assertEnds(api.post(CHAT, Api.chat(NAME, "beside them")), 200);
      for (RawConnection connection : silent) {
        assertThat(connection.isAtEnd()).isTrue();
      }
    } finally {
      for (RawConnection connection : silent) {
        connection.close();
      }
    }
  }

  @Test
  void aBodyThatDoesNotComeToItsEndIsRefused() throws Exception {
    Api api = start(8, Duration.ofMillis(300), LONG, LONG);
    try (RawConnection sender = new RawConnection(server().address())) {
      sender.send(RawConnection.head(CHAT, 1_000) + "\r\n{\"model\":");
      assertThat(sender.readAll()).startsWith("HTTP/1.1 408 ").contains("did not come to its end");
    }
    assertEnds(api.send("GET", "/health"), 200);
  }

  @Test
  void whileTheServerComputesNoTimeRunsForTheClient() throws Exception {
    model.prefills.drainPermits();
    Api api = start(8, Duration.ofMillis(200), LONG, LONG);
    CompletableFuture<HttpResponse<String>> patient = api.postLater(CHAT, Api.chat(NAME, "0"));
    Eventually.happens("it is computed", model.begun);
    Thread.sleep(600); // what a client may take, three times
    model.prefills.release(10);
    assertEnds(patient.get(), 200);
  }
}
