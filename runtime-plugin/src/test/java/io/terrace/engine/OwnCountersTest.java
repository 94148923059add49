/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.KvTier;
import io.terrace.spi.kit.ForwardingTier;
import io.terrace.spi.kit.InMemoryTier;
import io.terrace.spi.kit.RecordingContext;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What tiers count of themselves is shown, and no tier that cannot count disturbs anybody. */
final class OwnCountersTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int[] PROMPT = IntStream.range(100, 300).toArray();

  /** Counts in its own way. */
  private static final class Counting extends ForwardingTier {
    private final Supplier<SortedMap<String, Long>> counters;
    private final AtomicInteger asked = new AtomicInteger();

    Counting(KvTier right, Supplier<SortedMap<String, Long>> counters) {
      super(right);
      this.counters = counters;
    }

    @Override
    public SortedMap<String, Long> counters() {
      asked.incrementAndGet();
      return counters.get();
    }
  }

  @Test
  void countersOfEveryTierAreThereUnderItsName() {
    try (Instance instance = Instance.withMemory(SOON, InMemoryTier::new, InMemoryTier::new)) {
      assertThat(instance.engine().ownCounters().keySet()).containsExactly("cpu", "tier1", "tier2");
      instance.ask(PROMPT);
      instance.flush();
      Map<String, SortedMap<String, Long>> counted = instance.engine().ownCounters();
      assertThat(counted.get("cpu")).isEmpty();
      assertThat(counted)
          .hasEntrySatisfying(
              "tier1", figures -> assertThat(figures.get("written.bytes")).isPositive());
      assertThat(counted.get("tier2")).isEqualTo(counted.get("tier1"));
    }
  }

  @Test
  void aTierThatFailsToCountIsHeardOfOnceAndNotAskedAgain() {
    isSilenced(
        () -> {
          throw new IllegalStateException("broken on purpose");
        },
        "it failed: java.lang.IllegalStateException: broken on purpose");
  }

  @Test
  void anErrorIsAFailureToo() {
    isSilenced(
        () -> {
          throw new StackOverflowError("on purpose");
        },
        "it failed: java.lang.StackOverflowError: on purpose");
  }

  @Test
  void aTierThatDoesNotComeBackIsInterruptedAndNotAskedAgain() {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    isSilenced(
        () -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
          return new TreeMap<>();
        },
        "it was not back after 1 s");
    assertThat(interrupted).satisfies(latch -> assertThat(latch.await(1, MINUTES)).isTrue());
  }

  private static void isSilenced(Supplier<SortedMap<String, Long>> counters, String why) {
    Counting tier = new Counting(new InMemoryTier(new RecordingContext()), counters);
    try (Instance instance = Instance.withMemory(SOON, context -> tier)) {
      for (int i = 0; i < 3; i++) {
        assertThat(instance.engine().ownCounters().get("tier1")).isEmpty();
      }
      assertThat(tier.asked).hasValue(1);
      assertThat(instance.failures())
          .singleElement()
          .asString()
          .contains("tier 'tier1' is not asked any more what it counts of itself: " + why);
      instance.ask(PROMPT);
      instance.flush();
      assertThat(instance.counters("tier1").stored.sum()).as("works all the same").isPositive();
    }
  }
}
