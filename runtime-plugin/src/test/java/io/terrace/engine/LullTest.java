/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.engine.PromptRun.Span;
import io.terrace.spi.kit.InMemoryStore;
import io.terrace.spi.kit.InMemoryTier;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is to be stored makes way for prompts. */
final class LullTest {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final int[] PROMPT = IntStream.range(100, 300).toArray(); // six chunks and 8
  private static final long MILLI = 1_000_000;

  private final long now = System.nanoTime();
  private final InMemoryStore store = new InMemoryStore();

  @Test
  void waitsForItsPromptAndALittleLonger() {
    Lull lull = new Lull();
    assertThat(Lull.waitNanos(lull, now, now)).isEqualTo(5_000 * MILLI);
    lull.begins(now + MILLI);
    assertThat(Lull.waitNanos(lull, now, now + 2 * MILLI)).isEqualTo(99 * MILLI);
    assertThat(Lull.waitNanos(lull, now, now + 101 * MILLI)).isNotPositive();
  }

  @Test
  void aCopyWaitsForAPauseButNotForEver() {
    assertThat(Lull.untilPauseNanos(now, now, now)).isEqualTo(2_000 * MILLI);
    assertThat(Lull.untilPauseNanos(now, now + 500 * MILLI, now + 600 * MILLI))
        .isEqualTo(1_900 * MILLI);
    assertThat(Lull.untilPauseNanos(now, now + 500 * MILLI, now + 2_500 * MILLI)).isNotPositive();
    long late = now + 29_999 * MILLI;
    assertThat(Lull.untilPauseNanos(now, late, late)).isEqualTo(MILLI);
  }

  @Test
  void whatBelongsToNoPromptDoesNotWait() {
    assertThat(Lull.waitNanos(null, now, now)).isNotPositive();
  }

  @Test
  void thereIsAnEndToWaiting() {
    Lull lull = new Lull();
    assertThat(Lull.waitNanos(lull, now, now + 4_999 * MILLI)).isEqualTo(MILLI);
    assertThat(Lull.waitNanos(lull, now, now + 5_000 * MILLI)).isNotPositive();
    lull.begins(now + 5_000 * MILLI);
    assertThat(Lull.waitNanos(lull, now, now + 5_000 * MILLI)).isNotPositive();
  }

  private Instance instance() {
    return Instance.withMemory(LONG, context -> new InMemoryTier(store, context));
  }

  private static boolean isWaiting(String thread) {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(
            each -> each.getName().equals(thread) && each.getState() == Thread.State.TIMED_WAITING);
  }

  @Test
  void chunksAreStoredBehindTheirPrompt() {
    try (Instance instance = instance()) {
      Session session = instance.engine().open(instance.space());
      session.tell(0, PROMPT);
      try (PromptRun run = session.run()) {
        Span first = Objects.requireNonNull(run.next(64));
        Instance.compute(session, run, first);
        Instance.await(() -> isWaiting("terrace-spill-tier1"));
        assertThat(instance.counters("tier1").stored.sum()).as("stored meanwhile").isZero();
        assertThat(instance.counters("tier1").waiting.sum()).isEqualTo(2);
      }
      Instance.await(() -> instance.counters("tier1").stored.sum() >= 2);
      session.close();
      instance.flush();
    }
  }

  /** Checks something while two chunks of a prompt are there, and the rest is to be computed. */
  private void whileAPromptIsComputed(Consumer<Instance> check) {
    try (Instance instance = instance()) {
      Session session = instance.engine().open(instance.space());
      session.tell(0, PROMPT);
      try (PromptRun run = session.run()) {
        Instance.compute(session, run, Objects.requireNonNull(run.next(64)));
        check.accept(instance);
      }
      session.close();
      instance.flush();
    }
  }

  @Test
  void anotherPromptIsNotWaitedFor() {
    whileAPromptIsComputed(
        instance -> {
          instance.answer(IntStream.range(500, 700).toArray()); // and its session ends
          Instance.await(() -> instance.counters("tier1").waiting.sum() == 2);
          assertThat(instance.counters("tier1").stored.sum()).isGreaterThanOrEqualTo(6);
        });
  }

  @Test
  void whoWaitsForStoringIsNotHeldUpByAPrompt() {
    whileAPromptIsComputed(
        instance -> {
          instance.flush();
          assertThat(instance.counters("tier1").stored.sum()).isGreaterThanOrEqualTo(2);
        });
  }
}
