/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.engine.PromptRun.Span;
import io.terrace.spi.kit.InMemoryStore;
import io.terrace.spi.kit.InMemoryTier;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A request whose caller has gone waits for nothing, and keeps nobody waiting. */
final class GivenUpTest {
  /** Much longer than a test waits for the end of a wait. */
  private static final Duration LONG = Duration.ofMinutes(10);

  private static final int[] PROMPT = IntStream.range(100, 300).toArray(); // six chunks and 8

  private final InMemoryStore store = new InMemoryStore();
  private final AtomicReference<GatedTier> gate = new AtomicReference<>();
  private final AtomicBoolean givenUp = new AtomicBoolean();

  private Session session(Instance instance) {
    Session session = instance.engine().open(instance.space());
    session.tell(0, PROMPT);
    return session;
  }

  /** What a run says next, on a thread of its own. */
  private static FutureTask<@Nullable Span> next(PromptRun run) {
    FutureTask<@Nullable Span> task = new FutureTask<>(() -> run.next(256));
    Thread.ofPlatform().daemon().start(task);
    return task;
  }

  @Test
  void doesNotWaitForATier() throws Exception {
    try (Instance writer = Instance.withMemory(LONG, context -> new InMemoryTier(store, context))) {
      writer.answer(PROMPT);
      writer.flush();
    }
    try (Instance reader =
        Instance.withMemory(
            LONG,
            context -> {
              gate.set(new GatedTier(new InMemoryTier(store, context)));
              return Objects.requireNonNull(gate.get());
            })) {
      GatedTier tier = Objects.requireNonNull(gate.get());
      Session session = session(reader);
      try (PromptRun run = session.run(givenUp::get)) {
        FutureTask<@Nullable Span> next = next(run);
        Instance.await(() -> !tier.begun().isEmpty());
        assertThat(next.isDone()).as("it is worth to wait for").isFalse();
        givenUp.set(true);
        assertThat(next.get(60, TimeUnit.SECONDS)).isEqualTo(new Span(0, 200));
      }
      session.close();
      tier.pass(1000);
    }
  }

  @Test
  void doesNotWaitForAnotherRequest() throws Exception {
    try (Instance alone = Instance.withMemory(LONG)) {
      Session first = session(alone);
      Session second = session(alone);
      try (PromptRun computing = first.run();
          PromptRun waiting = second.run(givenUp::get)) {
        Span span = Objects.requireNonNull(computing.next(256));
        FutureTask<@Nullable Span> next = next(waiting);
        Instance.await(() -> alone.engine().claims().waiting() == 1);
        assertThat(next.isDone()).isFalse();
        givenUp.set(true);
        assertThat(next.get(60, TimeUnit.SECONDS)).isEqualTo(new Span(0, 200));
        Instance.compute(first, computing, span);
      }
      first.close();
      second.close();
      assertThat(alone.engine().claims().size()).as("claims").isZero();
    }
  }
}
