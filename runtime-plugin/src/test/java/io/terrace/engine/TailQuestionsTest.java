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
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tiers that are slow to say what they have, and the unfinished chunk at a prompt's end. */
final class TailQuestionsTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int[] PROMPT = IntStream.range(100, 313).toArray(); // six chunks and 21
  private static final int[] SHORT_PROMPT = IntStream.range(100, 130).toArray(); // 30 of a chunk
  private static final double SLOW = 1e9;
  private static final double FAST = 1e3;

  private final InMemoryStore first = new InMemoryStore();
  private final InMemoryStore second = new InMemoryStore();
  private final List<ChunkKey> asked = new CopyOnWriteArrayList<>();
  private final List<String> read = new CopyOnWriteArrayList<>();

  private final class Noted extends ForwardingTier {
    private final String name;

    Noted(String name, KvTier tier) {
      super(tier);
      this.name = name;
    }

    @Override
    public BitSet containsAll(List<ChunkKey> keys, Deadline deadline) throws TierException {
      asked.addAll(keys);
      return super.containsAll(keys, deadline);
    }

    @Override
    public void readAll(List<? extends ReadRequest> requests, Deadline deadline) {
      requests.forEach(request -> read.add(name));
      super.readAll(requests, deadline);
    }
  }

  private Instance reader(double probeNanos) {
    return reader(probeNanos, probeNanos);
  }

  private Instance reader(double firstProbeNanos, double secondProbeNanos) {
    Instance reader =
        Instance.withMemory(
            LONG,
            context -> new Noted("first", new InMemoryTier(first, context)),
            context -> new Noted("second", new InMemoryTier(second, context)));
    remember(reader, "tier1", firstProbeNanos);
    remember(reader, "tier2", secondProbeNanos);
    return reader;
  }

  private static void remember(Instance reader, String tier, double probeNanos) {
    speed(reader, tier).remember(new Speeds.OfTier(SLOW, 1e-3, probeNanos));
  }

  private static TierSpeed speed(Instance reader, String tier) {
    return Objects.requireNonNull(reader.engine().speed(tier));
  }

  private static void store(InMemoryStore store, int[] prompt) {
    try (Instance writer = Instance.withMemory(LONG, context -> new InMemoryTier(store, context))) {
      writer.answer(prompt);
      writer.flush();
    }
  }

  @Test
  void whereNothingIsThereNoneIsReadInVain() {
    try (Instance reader = reader(SLOW)) {
      assertThat(reader.answer(PROMPT)).isZero();
      assertThat(asked).as("six chunks and the tail at the front, of each").hasSize(2 * 7);
      assertThat(read).isEmpty();
      assertThat(reader.failures()).isEmpty();
    }
  }

  @Test
  void whereHardlyAPromptIsEverThereTheTailAloneIsAskedFor() {
    store(second, PROMPT);
    try (Instance reader = reader(SLOW)) {
      for (int i = 0; i < 10; i++) {
        speed(reader, "tier1").sought(false);
        speed(reader, "tier2").sought(false);
      }
      int[] unseen = IntStream.range(1000, 1213).toArray();
      assertThat(reader.answer(unseen)).isZero();
      assertThat(asked).as("of each its tail").hasSize(2);
      assertThat(reader.answer(PROMPT)).as("of the second").isEqualTo(212);
    }
  }

  @Test
  void tiersThatSayItAtOnceAreReadWithoutAQuestion() {
    try (Instance reader = reader(FAST)) {
      assertThat(reader.answer(PROMPT)).isZero();
      assertThat(asked).hasSize(2 * 6);
      assertThat(read).containsExactly("first", "second");
    }
  }

  @Test
  void whatTheSecondHasIsFound() {
    store(second, SHORT_PROMPT);
    try (Instance reader = reader(SLOW)) {
      assertThat(reader.answer(PROMPT)).isEqualTo(30);
      assertThat(read).containsExactly("second");
    }
  }

  @Test
  void whereNothingElseIsSoughtTheFirstIsReadAndTheOthersAreAskedMeanwhile() {
    store(second, SHORT_PROMPT);
    try (Instance reader = reader(SLOW)) {
      assertThat(reader.answer(SHORT_PROMPT)).isEqualTo(29);
      assertThat(asked).hasSize(1);
      assertThat(read).containsExactly("first", "second");
    }
  }

  @Test
  void behindWholeChunksTheOthersAreAskedMeanwhile() {
    store(first, PROMPT);
    try (Instance reader = reader(SLOW)) {
      int[] longer = IntStream.range(100, 400).toArray();
      assertThat(reader.answer(longer)).isEqualTo(213);
      assertThat(read).hasSize(7).containsOnly("first");
    }
  }

  @Test
  void whereTheFirstSaysItAtOnceASlowOneIsNotAskedMeanwhile() {
    store(first, SHORT_PROMPT);
    try (Instance reader = reader(FAST, SLOW)) {
      assertThat(reader.answer(SHORT_PROMPT)).isEqualTo(29);
      assertThat(asked).isEmpty();
      assertThat(read).containsExactly("first");
    }
  }

  @Test
  void butReadFromWhereTheFirstHasNothing() {
    store(second, SHORT_PROMPT);
    try (Instance reader = reader(FAST, SLOW)) {
      assertThat(reader.answer(SHORT_PROMPT)).isEqualTo(29);
      assertThat(asked).isEmpty();
      assertThat(read).containsExactly("first", "second");
    }
  }
}
