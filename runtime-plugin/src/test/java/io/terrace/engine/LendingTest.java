/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.KeyChain;
import io.terrace.spi.format.ChunkFault.Kind;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.kit.InMemoryStore;
import io.terrace.spi.kit.InMemoryTier;
import io.terrace.spi.kit.TestPage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Chunks that are used where their tier has them. */
final class LendingTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int[] PROMPT = IntStream.range(100, 300).toArray(); // six chunks and 8

  private final InMemoryStore store = new InMemoryStore();
  private final List<LendingTier> opened = new ArrayList<>();

  @BeforeEach
  void anotherInstanceStoresThePrompt() {
    try (Instance writer = Instance.withMemory(SOON, context -> new InMemoryTier(store, context))) {
      writer.ask(PROMPT);
      writer.flush();
    }
  }

  private Instance reader(int lendsAtMost) {
    return Instance.withMemory(
        SOON,
        context -> {
          LendingTier tier = new LendingTier(new InMemoryTier(store, context), lendsAtMost);
          opened.add(tier);
          return tier;
        });
  }

  private List<TestPage> lent() {
    return opened.getFirst().lent();
  }

  private void allWereGivenBack() {
    assertThat(lent()).allSatisfy(page -> assertThat(page.references()).isZero());
    assertThat(lent()).allSatisfy(page -> assertThat(page.misuses()).isZero());
  }

  @Test
  void takeNoMemoryOfThePool() {
    try (Instance reader = reader(100)) {
      Session session = reader.engine().open(reader.space());
      session.tell(0, PROMPT);
      assertThat(Runs.reuse(session)).isEqualTo(192);
      FakeRuntime.check(session, PROMPT, 192);
      assertThat(reader.pool().pagesInUse()).isZero();
      assertThat(lent()).extracting(TestPage::segment).contains(session.page(0).segment());
      TierCounters counters = reader.counters("tier1");
      assertThat(counters.borrowed.sum()).isEqualTo(6);
      assertThat(counters.loaded.sum()).isEqualTo(6);
      assertThat(counters.loadedBytes.sum()).isZero();
      session.close();
    }
    allWereGivenBack();
  }

  @Test
  void areBorrowedOnceForAllRequests() {
    try (Instance reader = reader(100)) {
      assertThat(reader.ask(PROMPT)).isEqualTo(192);
      assertThat(reader.ask(PROMPT)).as("from memory").isEqualTo(199);
      assertThat(lent()).hasSize(6);
    }
    allWereGivenBack();
  }

  /** Its first positions are copied into a page of the session's own. */
  @Test
  void areNeverWritten() {
    int[] prompt = IntStream.range(100, 292).toArray(); // ends with a chunk
    try (Instance reader = reader(100)) {
      assertThat(reader.ask(prompt)).isEqualTo(191);
      assertThat(reader.ask(PROMPT)).isEqualTo(192);
    }
    allWereGivenBack();
  }

  @Test
  void areReadWhereTheTierDoesNotLendThem() {
    try (Instance reader = reader(2)) {
      assertThat(reader.ask(PROMPT)).isEqualTo(192);
      assertThat(reader.counters("tier1").borrowed.sum()).isEqualTo(2);
      assertThat(reader.counters("tier1").loaded.sum()).isEqualTo(6);
    }
    allWereGivenBack();
  }

  @Test
  void areCheckedBeforeTheyAreUsed() {
    KeyChain keys = new KeyChain();
    ChunkKey key = keys.next(keys.root(Instance.FINGERPRINT), PROMPT, 0, 32);
    key = keys.next(key, PROMPT, 32, 32);
    store.damage(
        key,
        bytes -> {
          bytes[ChunkHeader.BYTES + 100] ^= 1;
          return bytes;
        });
    try (Instance reader = reader(100)) {
      assertThat(reader.ask(PROMPT)).isEqualTo(32);
      assertThat(reader.counters("tier1").faults(Kind.PAYLOAD_DAMAGED).sum()).isEqualTo(1);
      reader.flush();
      assertThat(reader.counters("tier1").setAside.sum()).isEqualTo(1);
    }
    allWereGivenBack();
  }
}
