/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.engine.Lull.Prompt;
import io.terrace.engine.PromptRun.Span;
import io.terrace.spi.kit.InMemoryStore;
import io.terrace.spi.kit.InMemoryTier;
import java.time.Duration;
import java.util.Objects;
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
  void waitsForThePromptsThatWereThereAndALittleLonger() {
    Lull lull = new Lull();
    assertThat(lull.waitNanos(now, now)).as("at first").isNotPositive();
    Prompt first = lull.begins(now);
    Prompt second = lull.begins(now + MILLI);
    long came = now + 2 * MILLI;
    lull.ends(first, came);
    assertThat(lull.waitNanos(came, came)).as("one goes on").isEqualTo(1_000 * MILLI);
    lull.ends(second, came + MILLI);
    assertThat(lull.waitNanos(came, came + 2 * MILLI)).isEqualTo(99 * MILLI);
    assertThat(lull.waitNanos(came, came + 101 * MILLI)).isNotPositive();
  }

  @Test
  void doesNotWaitForPromptsThatBeganLater() {
    Lull lull = new Lull();
    Prompt own = lull.begins(now);
    long came = now + MILLI;
    lull.ends(own, came);
    Prompt later = lull.begins(came + MILLI);
    assertThat(lull.waitNanos(came, came + 100 * MILLI)).isNotPositive();
    lull.ends(later, came + 100 * MILLI);
    assertThat(lull.waitNanos(came, came + 100 * MILLI)).as("its sampling").isNotPositive();
  }

  @Test
  void thereIsAnEndToWaiting() {
    Lull lull = new Lull();
    Prompt prompt = lull.begins(now);
    assertThat(lull.waitNanos(now, now + 999 * MILLI)).isEqualTo(MILLI);
    assertThat(lull.waitNanos(now, now + 1_000 * MILLI)).isNotPositive();
    lull.ends(prompt, now + 1_000 * MILLI);
    assertThat(lull.waitNanos(now, now + 1_000 * MILLI)).isNotPositive();
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

  @Test
  void whoWaitsForStoringIsNotHeldUpByAPrompt() {
    try (Instance instance = instance()) {
      Session session = instance.engine().open(instance.space());
      session.tell(0, PROMPT);
      try (PromptRun run = session.run()) {
        Instance.compute(session, run, Objects.requireNonNull(run.next(64)));
        instance.flush();
        assertThat(instance.counters("tier1").stored.sum()).isGreaterThanOrEqualTo(2);
      }
      session.close();
      instance.flush();
    }
  }
}
