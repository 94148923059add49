/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.kit.ForwardingTier;
import io.terrace.spi.kit.InMemoryStore;
import io.terrace.spi.kit.InMemoryTier;
import io.terrace.spi.kit.RecordingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A tier that cannot be closed keeps no other open, and nobody waiting. */
final class TierClosingTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int[] PROMPT = IntStream.range(100, 300).toArray();

  private final CountDownLatch go = new CountDownLatch(1);
  private final List<Throwable> failures = new ArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  @AfterEach
  void letGo() {
    go.countDown();
  }

  private KvTier closing(Runnable close) {
    return new ForwardingTier(new InMemoryTier(new InMemoryStore(), new RecordingContext())) {
      @Override
      public void close() {
        close.run();
      }
    };
  }

  private static void fail() {
    throw new IllegalStateException("broken at its end");
  }

  private void hang() {
    HangingTier.awaitDeaf(go);
  }

  @Test
  void theOthersAreClosedAllTheSame() throws InterruptedException {
    TierClosing closing = new TierClosing(failures::add);
    closing.begin("fails", TierClosingTest::fail);
    closing.begin("hangs", this::hang);
    closing.begin("good", closed::countDown);
    closed.await();
    closing.await(Deadline.after(Duration.ofMillis(50)));
    assertThat(go.getCount()).as("it hangs still").isEqualTo(1);
    assertThat(failures).hasSize(2);
    assertThat(failures.get(0))
        .hasMessageContaining("tier 'fails' was not closed")
        .hasMessageContaining("broken at its end");
    assertThat(failures.get(1)).hasMessageContaining("tier 'hangs' was not closed");
  }

  @Test
  void nothingIsToldOfTiersThatAreClosedInTime() {
    TierClosing closing = new TierClosing(failures::add);
    closing.begin("good", closed::countDown);
    closing.await(Deadline.after(SOON));
    assertThat(closed.getCount()).isZero();
    assertThat(failures).isEmpty();
  }

  @Test
  void anInterruptIsKeptAndTheOthersAreClosed() {
    TierClosing closing = new TierClosing(failures::add);
    closing.begin("hangs", this::hang);
    closing.begin("good", closed::countDown);
    Thread.currentThread().interrupt();
    closing.await(Deadline.after(SOON));
    assertThat(Thread.interrupted()).isTrue();
    HangingTier.awaitDeaf(closed);
    assertThat(failures).isNotEmpty();
  }

  /** As at the end of the process, where the JVM would wait for it. */
  @Test
  void anEngineEndsOverTiersThatCannotBeClosed() {
    try (Instance instance =
        Instance.withMemory(
            SOON,
            context -> closing(TierClosingTest::fail),
            context -> closing(this::hang),
            context -> closing(closed::countDown))) {
      instance.ask(PROMPT);
      assertThat(instance.engine().endStored(Deadline.after(SOON))).as("all is stored").isTrue();
      assertThat(go.getCount()).as("it hangs still").isEqualTo(1);
      assertThat(closed.getCount()).isZero();
      assertThat(instance.failures())
          .extracting(Throwable::getMessage)
          .satisfiesExactly(
              failed -> assertThat(failed).startsWith("tier 'tier1' was not closed"),
              hung -> assertThat(hung).startsWith("tier 'tier2' was not closed"));
      go.countDown();
    }
  }
}
