/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.terrace.cli.qa.StandInServer.Seen;
import io.terrace.cli.qa.StandInServer.Trouble;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class QaRunTest {
  /** A gap of 0.4 s, a life of 0.8 s: the first to join goes through all of it within 2 s. */
  private static final Workload WORKLOAD = new Workload(2, 3, 5, 3, 2, 10, 0);

  @TempDir private Path folder = Path.of("");
  private final NotesOnly watcher = new NotesOnly();

  private static QaPlan plan(List<URI> addresses, @Nullable Duration time) {
    return new QaPlan(WORKLOAD, addresses, time, Duration.ofSeconds(1), 100, null);
  }

  private QaRun run(QaPlan plan, ChatClient client) {
    return new QaRun(plan, client, watcher);
  }

  private static ChatClient client() {
    return new ChatClient(StandInServer.MODEL, Duration.ofSeconds(20), "");
  }

  @Test
  void conversationsGrowAndServersTakeTurns() throws Exception {
    try (StandInServer one = new StandInServer();
        StandInServer two = new StandInServer();
        ChatClient client = client()) {
      QaPlan plan = plan(List.of(one.address(), two.address()), Duration.ofSeconds(2));
      QaRun run = run(plan, client);
      assertThat(run.warmUp()).isTrue();
      assertThat(one.seen()).hasSize(5).allMatch(s -> s.body().path("max_tokens").asInt() == 100);
      assertThat(two.seen()).hasSize(5);
      QaOutcome outcome = run.run();
      int sent = one.seen().size() + two.seen().size() - 10;
      assertThat(one.seen().size() - two.seen().size()).isBetween(0, 1);
      Summary summary = outcome.summary(0);
      assertThat(summary.answered()).isEqualTo(sent).isGreaterThan(8);
      assertThat(summary.failed()).isZero();
      assertThat(summary.hitRate()).isBetween(0.4, 0.5);
      assertConversation(one, two);
      assertThat(outcome.answers()).hasSize(sent);
      assertThat(outcome.answers().stream().filter(a -> a.user() == 2).map(a -> a.question()))
          .as("the first to join")
          .containsExactly(1, 2, 3);
      assertThat(watcher.notes()).as("an interim summary").anyMatch(n -> n.contains("QPS"));
      Path file = folder.resolve("summary.csv");
      outcome.write(file);
      assertThat(QaOutcome.read(file).summary(0).answered()).isEqualTo(sent);
    }
  }

  /** The third question of user 2 holds the first two and their answers, as they were given. */
  private static void assertConversation(StandInServer one, StandInServer two) {
    Seen third =
        List.of(one, two).stream()
            .flatMap(server -> server.seen().stream())
            .filter(seen -> seen.userId().equals("2") && seen.lastMessage().contains("#3"))
            .findFirst()
            .orElseThrow();
    JsonNode messages = third.body().path("messages");
    assertThat(messages.findValuesAsText("role"))
        .containsExactly("user", "assistant", "user", "assistant", "user");
    assertThat(messages.get(0).path("content").asText())
        .startsWith("Hi, here's some system prompt: hi hi hi.For user 2, here are")
        .contains("#1");
    assertThat(messages.get(1).path("content").asText()).startsWith("Once ");
  }

  @Test
  void failuresAreCountedAndConversationsGoOnWithoutThem() throws Exception {
    try (StandInServer server = new StandInServer();
        ChatClient client = client()) {
      server.trouble(seen -> seen.lastMessage().contains("#2") ? Trouble.BUSY : Trouble.NONE);
      QaOutcome outcome = run(plan(List.of(server.address()), Duration.ofSeconds(2)), client).run();
      Summary summary = outcome.summary(0);
      assertThat(summary.failed()).isPositive();
      assertThat(summary.failures())
          .singleElement()
          .satisfies(f -> assertThat(f.example()).isEqualTo("HTTP 429: the queue is full"));
      Seen third =
          server.seen().stream()
              .filter(s -> s.userId().equals("2") && s.lastMessage().contains("#3"))
              .findFirst()
              .orElseThrow();
      assertThat(third.body().path("messages")).as("two questions, one answer").hasSize(3);
      assertThat(outcome.answers())
          .as("only those that follow no failure")
          .noneMatch(answer -> answer.user() >= 2 && answer.question() > 1)
          .isNotEmpty();
    }
  }

  @Test
  void nothingIsMeasuredWhereTheWarmUpFails() throws Exception {
    try (StandInServer server = new StandInServer();
        ChatClient client = client()) {
      server.trouble(Trouble.BROKEN);
      assertThat(run(plan(List.of(server.address()), null), client).warmUp()).isFalse();
      assertThat(watcher.notes())
          .containsExactly("Warm-up: 10 of 10 requests failed, HTTP 500: it broke");
    }
  }

  @Test
  void aStopWaitsForWhatWasSent() throws Exception {
    try (StandInServer server = new StandInServer();
        ChatClient client = new ChatClient(StandInServer.MODEL, Duration.ofSeconds(1), "")) {
      server.trouble(seen -> seen.userId().equals("2") ? Trouble.SILENT : Trouble.NONE);
      QaRun run = run(plan(List.of(server.address()), null), client);
      Thread stopper = Thread.ofVirtual().start(() -> stopWhenSeen(server, run));
      QaOutcome outcome = run.run();
      stopper.join();
      Summary summary = outcome.summary(0);
      assertThat(summary.answered() + summary.failed()).isEqualTo(server.seen().size());
      assertThat(Objects.requireNonNull(summary.failures()))
          .singleElement()
          .satisfies(f -> assertThat(f.reason()).isEqualTo("no whole answer within 1.0 s"));
    }
  }

  private static void stopWhenSeen(StandInServer server, QaRun run) {
    while (server.seen().isEmpty()) {
      Thread.onSpinWait();
    }
    run.stop();
  }

  @Test
  void whoWaitsLongerThanTheGapIsNoted() throws Exception {
    try (StandInServer server = new StandInServer();
        ChatClient client = new ChatClient(StandInServer.MODEL, Duration.ofSeconds(2), "")) {
      server.trouble(Trouble.ENDLESS);
      QaOutcome outcome = run(plan(List.of(server.address()), Duration.ofSeconds(1)), client).run();
      assertThat(outcome.summary(0).answered()).isZero();
      assertThat(watcher.notes())
          .anyMatch(note -> note.contains("wait for an answer longer than the 0.4 s"));
    }
  }

  @Test
  void aDryRunSendsNothingAndSaysWhatItWould() throws IOException {
    try (StandInServer server = new StandInServer()) {
      List<String> lines = DryRun.lines(plan(List.of(server.address()), Duration.ofSeconds(2)));
      assertThat(lines)
          .contains(
              "A user asks every 0.40 s, for 0.8 s.",
              "One joins every 0.40 s.",
              "      0.0 s  user 2, question 1, to " + server.address());
      assertThat(server.seen()).isEmpty();
    }
  }
}
