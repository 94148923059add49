/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.codec.Secrets;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.TierException;
import io.terrace.spi.kit.InMemoryStore;
import io.terrace.spi.kit.InMemoryTier;
import io.terrace.spi.kit.RecordingContext;
import java.time.Duration;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Engines of several processes over tiers that they share. */
final class StackTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final InMemoryStore store = new InMemoryStore();

  private Instance instance() {
    return Instance.withMemory(SOON, context -> new InMemoryTier(store, context));
  }

  /** So many tokens, those of other numbers differing from the first on. */
  private static int[] text(int number, int tokens) {
    return IntStream.range(0, tokens).map(i -> number * 10_000 + i).toArray();
  }

  private static int[] join(int[] first, int[] second) {
    return IntStream.concat(IntStream.of(first), IntStream.of(second)).toArray();
  }

  private void store(int[] prompt) {
    try (Instance writer = instance()) {
      writer.ask(prompt);
      writer.flush();
      assertThat(writer.failures()).isEmpty();
    }
  }

  private void reuses(int[] prompt, int tokens) {
    try (Instance reader = instance()) {
      assertThat(reader.ask(prompt)).isEqualTo(tokens);
      assertThat(reader.ask(prompt)).as("once more, from memory").isEqualTo(prompt.length - 1);
      assertThat(reader.failures()).isEmpty();
      assertThat(reader.faults()).isEmpty();
    }
  }

  @Test
  void whatOneInstanceStoredAnotherFindsToTheToken() {
    store(text(1, 200)); // six chunks of 32 and a tail of 8, too short to be stored
    reuses(text(1, 200), 192);
  }

  @Test
  void aTailIsFoundByItsFirstTokens() {
    store(text(1, 85)); // two chunks and a tail of 21
    reuses(join(text(1, 85), text(2, 50)), 85);
  }

  @Test
  void aPromptThatEndsWithAChunkComputesItsLastToken() {
    store(text(1, 96));
    reuses(text(1, 96), 95);
  }

  /** The system prompt of many users ends within a chunk that is whole for each of them. */
  @Test
  void aSharedBeginningWithinAFinishedChunkIsFound() {
    int[] system = text(1, 84);
    store(join(system, text(2, 60)));
    reuses(join(system, text(3, 60)), 84);
  }

  @Test
  void aSharedBeginningThatIsShorterThanATailsKeyIsComputedAgain() {
    int[] system = text(1, 64 + 15);
    store(join(system, text(2, 60)));
    reuses(join(system, text(3, 60)), 64);
  }

  @Test
  void aLongerTailTakesThePlaceOfAShorterOne() {
    store(text(1, 85));
    store(text(1, 90));
    store(text(1, 84));
    reuses(join(text(1, 90), text(2, 50)), 90);
  }

  @Test
  void aTailThatDisagreesLeavesAYoungOneAlone() {
    int[] system = text(1, 84);
    store(join(system, text(2, 6)));
    store(join(system, text(3, 8)));
    reuses(join(system, join(text(2, 6), text(4, 50))), 90);
  }

  /** The first chunk in memory, 2 to 9 in the first tier below, 10 to 40 in the second one. */
  @RepeatedTest(5)
  void chunksOfSeveralTiersMakeOnePrefix() throws TierException {
    InMemoryStore slow = new InMemoryStore();
    int[] prompt = text(1, 40 * 32 + 1);
    store(text(1, 9 * 32)); // in the first tier
    try (Instance writer = Instance.withMemory(SOON, context -> new InMemoryTier(slow, context))) {
      writer.ask(prompt);
      writer.flush();
      ChunkKeys keys =
          new ChunkKeys(writer.engine().naming(writer.space()), prompt, prompt.length, 32);
      KvTier other = new InMemoryTier(slow, new RecordingContext());
      for (int i = 0; i < 9; i++) {
        other.remove(keys.of(i), Deadline.NEVER);
      }
    }
    try (Instance reader =
        Instance.withMemory(
            SOON,
            context -> new InMemoryTier(store, context),
            context -> new InMemoryTier(slow, context))) {
      assertThat(reader.ask(text(1, 33))).isEqualTo(32);
      assertThat(reader.counters("tier1").loaded.sum()).isEqualTo(1);
      assertThat(reader.ask(prompt)).isEqualTo(40 * 32);
      assertThat(reader.counters("tier1").loaded.sum()).isEqualTo(9);
      assertThat(reader.counters("tier2").loaded.sum()).isEqualTo(31);
      assertThat(reader.reports().getLast().fromMemory()).isEqualTo(33);
      assertThat(reader.failures()).isEmpty();
    }
  }

  @Test
  void whatATierBelowGivesUpStaysInMemory() {
    InMemoryStore small = new InMemoryStore(64 << 10);
    try (Instance instance =
        Instance.withMemory(SOON, context -> new InMemoryTier(small, context))) {
      for (int number = 1; number <= 10; number++) {
        instance.ask(text(number, 320));
        instance.flush();
      }
      assertThat(instance.counters("tier1").stored.sum())
          .as("more than there is room for")
          .isGreaterThan(50);
      for (int number = 1; number <= 10; number++) {
        assertThat(instance.ask(text(number, 320))).isEqualTo(319);
      }
      assertThat(instance.engine().counters().evicted.sum()).isZero();
      instance.flush();
      assertThat(instance.counters("tier1").evicted.sum())
          .isEqualTo(evicted(instance, "tier1"))
          .isPositive();
      assertThat(instance.engine().chunks()).isEqualTo(instance.pool().pagesInUse());
    }
  }

  /** As the tier itself counts. */
  private static long evicted(Instance instance, String tier) {
    return instance
        .engine()
        .ownCounters()
        .getOrDefault(tier, new TreeMap<>())
        .getOrDefault("evicted", -1L);
  }

  /** Where it comes first, too: it keeps no page that anybody could look for in memory. */
  @Test
  void eachTiersEvictionsAreItsOwn() {
    InMemoryStore small = new InMemoryStore(64 << 10);
    try (Instance instance =
        Instance.withoutMemory(
            SOON,
            context -> new InMemoryTier(small, context),
            context -> new InMemoryTier(store, context))) {
      instance.ask(text(1, 320));
      instance.flush();
      assertThat(instance.counters("tier0").evicted.sum())
          .isEqualTo(evicted(instance, "tier0"))
          .isPositive();
      assertThat(instance.counters("tier1").evicted.sum()).isZero();
      assertThat(instance.engine().counters().evicted.sum()).isZero();
    }
  }

  @Test
  void aStackWithoutMemoryServes() {
    store(text(1, 85));
    try (Instance reader =
        Instance.withoutMemory(SOON, context -> new InMemoryTier(store, context))) {
      int[] prompt = join(text(1, 85), text(2, 50));
      assertThat(reader.ask(prompt)).isEqualTo(85);
      reader.flush();
      assertThat(reader.ask(prompt)).isEqualTo(128);
      assertThat(reader.failures()).isEmpty();
    }
  }

  @Test
  void anUnnamedModelKeepsItsChunksInMemoryUntilItHasItsName() {
    int[] prompt = text(1, 213); // six chunks and a tail of 21
    try (Instance writer = instance()) {
      ModelSpace space = writer.engine().unnamedSpace(World.bytes(99), Instance.GEOMETRY);
      Session session = writer.engine().open(space);
      session.tell(0, prompt);
      FakeRuntime.pass(session, 0, prompt.length);
      session.publish();
      writer.flush();
      assertThat(writer.counters("tier1").stored.sum()).isZero();
      writer.engine().rename(space, Instance.FINGERPRINT);
      writer.flush();
      assertThat(writer.counters("tier1").stored.sum())
          .isEqualTo(13); // a reference each, and the tail
      session.close();
    }
    reuses(join(prompt, text(2, 20)), 213);
  }

  @Test
  void whatIsStoredAlreadyIsNotStoredTwice() {
    store(text(1, 200));
    try (Instance writer = instance()) {
      writer.ask(text(1, 200));
      writer.flush();
      assertThat(writer.counters("tier1").stored.sum()).isZero();
    }
  }

  @Test
  void anotherSecretOfKeysFindsNothing() {
    Secrets secret = Secrets.parse("test", "11".repeat(32));
    int[] prompt = text(1, 200);
    asks(secret, prompt, 0);
    asks(secret, prompt, 192);
    asks(Secrets.parse("test", "22".repeat(32)), prompt, 0);
    try (Instance none = instance()) {
      assertThat(none.ask(prompt)).as("without a secret").isZero();
    }
  }

  private void asks(Secrets secret, int[] prompt, int reused) {
    try (Instance instance =
        Instance.withKeySecret(secret, context -> new InMemoryTier(store, context))) {
      assertThat(instance.ask(prompt)).isEqualTo(reused);
      instance.flush();
      assertThat(instance.faults()).isEmpty();
    }
  }
}
