/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.ReadRequest;
import io.terrace.spi.TierException;
import io.terrace.spi.kit.ForwardingTier;
import io.terrace.spi.kit.InMemoryStore;
import io.terrace.spi.kit.InMemoryTier;
import io.terrace.spi.kit.RecordingContext;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** A tier that is slow to say what it has is not asked where another has all, and is where not. */
final class FirstSayTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int[] PROMPT = IntStream.range(100, 300).toArray(); // six chunks and 8

  /** Says at once what it has, and delivers at once. */
  private static final Speeds.OfTier FAST = new Speeds.OfTier(1, 1e-9, 1e9);

  /** Takes much longer than the fast one for both. */
  private static final Speeds.OfTier SLOW = new Speeds.OfTier(1e10, 1e-9, 1e10);

  private final InMemoryStore fast = new InMemoryStore();
  private final InMemoryStore slow = new InMemoryStore();
  private final AtomicInteger questions = new AtomicInteger(); // to the slow one

  private final class Asked extends ForwardingTier {
    Asked(KvTier tier) {
      super(tier);
    }

    @Override
    public BitSet containsAll(List<ChunkKey> keys, Deadline deadline) throws TierException {
      questions.incrementAndGet();
      return super.containsAll(keys, deadline);
    }
  }

  @BeforeEach
  void bothHaveThePrompt() {
    try (Instance writer = instance()) {
      writer.answer(PROMPT);
      writer.flush();
    }
    questions.set(0);
  }

  /** Waits a while, before it delivers, for the slow one to be asked. */
  private final class Delivering extends ForwardingTier {
    Delivering(KvTier tier) {
      super(tier);
    }

    @Override
    public void readAll(List<? extends ReadRequest> requests, Deadline deadline) {
      for (int i = 0; questions.get() == 0 && i < 5000; i++) {
        LockSupport.parkNanos(1_000_000);
      }
      super.readAll(requests, deadline);
    }
  }

  private Instance instance() {
    return instance(context -> new InMemoryTier(fast, context));
  }

  private Instance instance(Instance.Below first) {
    Instance instance =
        Instance.withMemory(SOON, first, context -> new Asked(new InMemoryTier(slow, context)));
    speed(instance, "tier1").remember(FAST);
    speed(instance, "tier2").remember(SLOW);
    return instance;
  }

  private static TierSpeed speed(Instance instance, String tier) {
    return Objects.requireNonNull(instance.engine().speed(tier));
  }

  private List<ChunkKey> keys() {
    try (Instance any = instance()) {
      ChunkKeys keys = new ChunkKeys(any.engine().naming(any.space()), PROMPT, PROMPT.length, 32);
      return IntStream.range(0, keys.count()).mapToObj(keys::of).toList();
    }
  }

  @RepeatedTest(5)
  void isSparedWhereAnotherHasAll() {
    try (Instance reader = instance()) {
      assertThat(reader.answer(PROMPT)).isEqualTo(192);
      assertThat(questions).hasValue(0);
      assertThat(reader.counters("tier2").loaded.sum()).isZero();
      assertThat(reader.failures()).isEmpty();
    }
  }

  /** Where a fast tier has always had all, nothing ever came from the slow one. */
  @Test
  void isSparedWhereNothingEverCameFromIt() {
    try (Instance reader = instance()) {
      speed(reader, "tier2").remember(new Speeds.OfTier(Double.NaN, Double.NaN, 1e10));
      assertThat(reader.answer(PROMPT)).isEqualTo(192);
      assertThat(questions).hasValue(0);
    }
  }

  @Test
  void isAskedWhereTheOtherLacksSomething() throws TierException {
    KvTier tier = new InMemoryTier(fast, new RecordingContext());
    tier.remove(keys().get(3), Deadline.NEVER);
    try (Instance reader = instance()) {
      assertThat(reader.answer(PROMPT)).isEqualTo(192);
      assertThat(questions).hasPositiveValue();
      assertThat(reader.counters("tier2").loaded.sum()).isPositive();
    }
  }

  @RepeatedTest(5)
  void isAskedWhereWhatTheOtherHasIsDamaged() {
    fast.damage(
        keys().get(2),
        bytes -> {
          bytes[bytes.length - 1] ^= 1;
          return bytes;
        });
    try (Instance reader = instance()) {
      assertThat(reader.answer(PROMPT)).isEqualTo(192);
      assertThat(questions).hasPositiveValue();
      assertThat(reader.counters("tier2").loaded.sum()).isPositive();
    }
  }

  @Test
  void isAskedWhereTheOtherDeliversLate() {
    try (Instance reader = instance(context -> new Delivering(new InMemoryTier(fast, context)))) {
      speed(reader, "tier1").remember(new Speeds.OfTier(3e10, 1e-9, 1e9));
      assertThat(reader.answer(PROMPT)).isEqualTo(192);
      assertThat(questions).hasPositiveValue();
    }
  }

  /** Six chunks in question are six requests. */
  @Test
  void isSparedWhereTheQuestionCostsMoreThanItCouldWin() {
    try (Instance reader = instance()) {
      speed(reader, "tier1").remember(new Speeds.OfTier(2e10 + 4e6, 1e-9, 1e9));
      assertThat(reader.answer(PROMPT)).isEqualTo(192);
      assertThat(questions).hasValue(0);
    }
    try (Instance reader = instance(context -> new Delivering(new InMemoryTier(fast, context)))) {
      speed(reader, "tier1").remember(new Speeds.OfTier(2e10 + 8e6, 1e-9, 1e9));
      assertThat(reader.answer(PROMPT)).isEqualTo(192);
      assertThat(questions).hasPositiveValue();
    }
  }

  @Test
  void isAskedWhereNothingIsKnownOfEither() {
    try (Instance reader =
        Instance.withMemory(
            SOON,
            context -> new Delivering(new InMemoryTier(fast, context)),
            context -> new Asked(new InMemoryTier(slow, context)))) {
      assertThat(reader.answer(PROMPT)).isEqualTo(192);
      assertThat(questions).hasPositiveValue();
    }
  }
}
