/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.device.PooledPage;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.TierException;
import io.terrace.spi.format.ChunkFault.Kind;
import io.terrace.spi.kit.ForwardingTier;
import io.terrace.spi.kit.InMemoryStore;
import io.terrace.spi.kit.InMemoryTier;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tiers that hang, whatever is asked of them: a request waits for one its timeout, once. */
final class HungTierTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int[] PROMPT = IntStream.range(100, 300).toArray();

  private final InMemoryStore store = new InMemoryStore();

  private Instance instance(Duration timeout) {
    return Instance.withMemory(timeout, context -> new InMemoryTier(store, context));
  }

  /** Counted when a call is late, which its request may learn a moment before. */
  private static long timeouts(Instance reader, String tier) {
    return reader.counters(tier).timeouts.sum();
  }

  private void stored() {
    try (Instance writer = instance(SOON)) {
      writer.ask(PROMPT);
      writer.flush();
    }
  }

  /** What damage costs is the tier's time, and nobody's who waits for an answer. */
  @Test
  void aTierThatHangsSettingChunksAsideMakesNoRequestWait() throws InterruptedException {
    stored();
    assertThat(store.damage(StackFaultsTest.key(1), StackFaultsTest.flip(4096 + 4711))).isTrue();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    try (Instance reader =
        Instance.withMemory(
            Duration.ofMinutes(5),
            context ->
                new ForwardingTier(new InMemoryTier(store, context)) {
                  @Override
                  public void setAside(ChunkKey key, String reason, Deadline deadline)
                      throws TierException {
                    begun.countDown();
                    HangingTier.awaitDeaf(go);
                    super.setAside(key, reason, deadline);
                  }
                })) {
      assertThat(reader.ask(PROMPT)).isEqualTo(32);
      assertThat(begun.await(60, TimeUnit.SECONDS)).as("it was asked to").isTrue();
      assertThat(reader.counters("tier1").faults(Kind.PAYLOAD_DAMAGED).sum())
          .as("read once, not by the search for a tail again")
          .isEqualTo(1);
      assertThat(reader.ask(PROMPT)).as("from memory").isEqualTo(199);
      assertThat(timeouts(reader, "tier1")).isZero();
      assertThat(reader.counters("tier1").setAside.sum()).isZero();
      go.countDown();
      reader.flush();
      assertThat(reader.counters("tier1").setAside.sum()).isEqualTo(1);
      assertThat(reader.counters("tier1").setAsideDropped.sum()).isZero();
    }
    try (Instance next = instance(SOON)) {
      assertThat(next.ask(PROMPT)).as("set aside, then stored again").isEqualTo(192);
    }
  }

  /** Chunks and tails are read one after the other: together they have the time of one. */
  @Test
  void aTierThatHangsCostsARequestItsTimeoutOnce() {
    stored();
    HangingTier first = new HangingTier(store);
    HangingTier second = new HangingTier(store);
    try (Instance reader =
        Instance.withMemory(Duration.ofMillis(30), context -> first, context -> second)) {
      assertThat(reader.ask(PROMPT)).isZero();
      Instance.await(() -> timeouts(reader, "tier1") + timeouts(reader, "tier2") > 0);
      first.letGo();
      second.letGo();
      reader.flush();
      assertThat(timeouts(reader, "tier1")).isLessThanOrEqualTo(TierFeed.CALLS);
      assertThat(timeouts(reader, "tier2")).isLessThanOrEqualTo(TierFeed.CALLS);
    }
  }

  /** What one tier takes is taken from no other. */
  @Test
  void theTimeOfASlowTierIsNotThatOfAnother() {
    stored();
    HangingTier hanging = new HangingTier(new InMemoryStore());
    hanging.hangAtOnce();
    try (Instance reader =
        Instance.withTimeouts(
            List.of(Duration.ofMillis(200), SOON),
            context -> hanging,
            context -> new InMemoryTier(store, context))) {
      assertThat(reader.ask(PROMPT)).isEqualTo(192);
      Instance.await(() -> timeouts(reader, "tier1") > 0);
      assertThat(timeouts(reader, "tier1")).isEqualTo(1);
      assertThat(timeouts(reader, "tier2")).isZero();
      hanging.letGo();
    }
  }

  /** The first question to a tier that hardly ever has something is one for the tail alone. */
  @Test
  void aTierThatHangsAtTheFirstQuestionIsNotAskedForWhatOthersLack() {
    int[] beginning = Arrays.copyOf(PROMPT, 100);
    InMemoryStore shallow = new InMemoryStore();
    try (Instance writer =
        Instance.withMemory(SOON, context -> new InMemoryTier(shallow, context))) {
      writer.ask(beginning);
      writer.flush();
    }
    HangingTier hanging = new HangingTier(store);
    hanging.hangAtOnce();
    try (Instance reader =
        Instance.withTimeouts(
            List.of(SOON, Duration.ofMillis(50)),
            context -> new InMemoryTier(shallow, context),
            context -> hanging)) {
      TierSpeed speed = Objects.requireNonNull(reader.engine().speed("tier2"));
      speed.remember(new Speeds.OfTier(1e9, 1e-3, 1e9));
      for (int i = 0; i < 20; i++) {
        speed.sought(false);
      }
      assertThat(reader.answer(PROMPT)).isEqualTo(96);
      Instance.await(() -> timeouts(reader, "tier2") > 0);
      assertThat(timeouts(reader, "tier2")).isEqualTo(1);
      hanging.letGo();
    }
  }

  /** A tier that never comes back costs a request its deadline, and the page it may write into. */
  @Test
  void aReadThatHangsKeepsItsPageOutOfUse() {
    stored();
    HangingTier hanging = new HangingTier(store);
    try (Instance reader = Instance.withMemory(Duration.ofMillis(30), context -> hanging)) {
      assertThat(reader.ask(PROMPT)).isZero();
      Instance.await(() -> timeouts(reader, "tier1") > 0 && !reader.failures().isEmpty());
      long late = reader.pool().pagesInUse() - reader.engine().chunks();
      assertThat(late).as("the pages of reads that are late").isPositive();
      hanging.letGo();
      reader.flush();
    } // which sees that they came back
  }

  /** The memory that a late read fills is nobody else's until that read has ended. */
  @Test
  void bytesThatComeLateLandInNoPageThatWasHandedOut() {
    stored();
    HangingTier hanging = new HangingTier(store);
    try (Instance reader = Instance.withMemory(Duration.ofMillis(30), context -> hanging)) {
      assertThat(reader.ask(PROMPT)).isZero();
      reader.flush();
      long late = reader.pool().pagesInUse() - reader.engine().chunks();
      assertThat(late).as("the pages of reads that are late").isPositive();
      assertThat(reader.engine().memory().stagingBytes())
          .isEqualTo(late * Instance.GEOMETRY.pageBytes());
      List<PooledPage> others = new ArrayList<>();
      for (int i = 0; i < 1000; i++) { // more than have ever been in use
        PooledPage page = reader.pool().allocate(Instance.GEOMETRY);
        page.segment().fill((byte) 0x5A);
        others.add(page);
      }
      hanging.letGo();
      Instance.await(() -> reader.engine().memory().stagingBytes() == 0);
      for (PooledPage page : others) {
        byte[] content = page.segment().toArray(ValueLayout.JAVA_BYTE);
        byte[] expected = new byte[content.length];
        Arrays.fill(expected, (byte) 0x5A);
        assertThat(Arrays.equals(content, expected)).as("left as it was").isTrue();
        page.release();
      }
    }
  }
}
