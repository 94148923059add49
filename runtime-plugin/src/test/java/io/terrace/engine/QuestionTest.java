/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.engine.PromptRun.Span;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.TierContext;
import io.terrace.spi.TierException;
import io.terrace.spi.kit.ForwardingTier;
import io.terrace.spi.kit.InMemoryStore;
import io.terrace.spi.kit.InMemoryTier;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a request does until a tier has said what it has. */
final class QuestionTest {
  private static final Duration SHORT = Duration.ofMillis(100);
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int[] PROMPT = IntStream.range(100, 300).toArray(); // six chunks and 8
  private static final double TOKEN_NANOS = 1e9; // so long that no stall of the machine counts

  private final InMemoryStore store = new InMemoryStore();
  private final CountDownLatch mayAnswer = new CountDownLatch(1);

  /** An instance over a tier that takes, as is known of it, so many tokens' time to answer. */
  private Instance reader(double tokens) {
    Instance reader = Instance.withMemory(LONG, this::slowToAnswer);
    speed(reader, "tier1").remember(new Speeds.OfTier(0, 0, tokens * TOKEN_NANOS));
    reader.space().prefill().remember(new Speeds.OfModel(TOKEN_NANOS, 0));
    return reader;
  }

  private KvTier slowToAnswer(TierContext context) {
    return new ForwardingTier(new InMemoryTier(store, context)) {
      @Override
      public BitSet containsAll(List<ChunkKey> keys, Deadline deadline) throws TierException {
        HangingTier.awaitDeaf(mayAnswer);
        return super.containsAll(keys, deadline);
      }
    };
  }

  private static TierSpeed speed(Instance instance, String tier) {
    return Objects.requireNonNull(instance.engine().speed(tier));
  }

  private static Session session(Instance instance) {
    Session session = instance.engine().open(instance.space());
    session.tell(0, PROMPT);
    return session;
  }

  private void store() {
    try (Instance writer = Instance.withMemory(LONG, context -> new InMemoryTier(store, context))) {
      writer.answer(PROMPT);
      writer.flush();
    }
  }

  /** Asks as an adapter does between the layers of a pass. */
  private static boolean isOvertakenSoon(PromptRun run) {
    long end = System.nanoTime() + LONG.toNanos() / 2;
    boolean overtaken = run.isOvertaken(0);
    while (!overtaken && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(100_000);
      overtaken = run.isOvertaken(0);
    }
    return overtaken;
  }

  @Test
  void aPassIsBrokenOffOnceWhatItComputesHasComeWhichIsTakenOver() {
    store();
    try (Instance reader = reader(20)) {
      Session session = session(reader);
      try (PromptRun run = session.run()) {
        assertThat(run.next(256)).isEqualTo(new Span(0, PROMPT.length));
        session.beginPass(0, PROMPT.length);
        FakeRuntime.writeGarbage(session, 0);
        assertThat(run.isOvertaken(0)).isFalse();
        mayAnswer.countDown();
        assertThat(isOvertakenSoon(run)).isTrue();
        session.breakOffPass();
        reader.space().prefill().remember(Instance.SLOW);
        assertThat(run.next(256)).isEqualTo(new Span(192, 200));
        assertThat(run.reused()).isEqualTo(192);
        FakeRuntime.check(session, PROMPT, 192);
        assertThat(session.publishes()).isTrue();
      }
      assertThat(reader.reports().getLast().computed()).as("what was broken off").isZero();
      assertThat(reader.counters("tier1").reusedTokens.sum()).isEqualTo(192);
      session.close();
    }
  }

  /** Not only while it is on its way. */
  @Test
  void aPassIsBrokenOffAtItsFirstLookToo() {
    store();
    try (Instance reader = reader(20)) {
      Session session = session(reader);
      try (PromptRun run = session.run()) {
        run.next(256);
        mayAnswer.countDown();
        Instance.await(() -> reader.counters("tier1").loaded.sum() == 6);
        LockSupport.parkNanos(SHORT.toNanos()); // for whoever hands it on
        assertThat(run.isOvertaken(0)).isTrue();
      }
      session.close();
    }
  }

  /** What came is not worth what the pass has left. */
  @Test
  void aPassThatIsAlmostDoneIsNotBrokenOff() {
    store();
    try (Instance reader = reader(20)) {
      Session session = session(reader);
      try (PromptRun run = session.run()) {
        Span pass = Objects.requireNonNull(run.next(256));
        mayAnswer.countDown();
        long end = System.nanoTime() + SHORT.toNanos();
        while (System.nanoTime() - end < 0) {
          assertThat(run.isOvertaken(1)).isFalse();
        }
        Instance.compute(session, run, pass);
        assertThat(run.next(256)).isNull();
        assertThat(run.reused()).isZero();
      }
      session.close();
    }
  }

  @Test
  void aFastTierThatHasAllIsNotComputedBesideForTheSakeOfASlowOne() {
    store();
    try (Instance reader =
        Instance.withMemory(
            LONG, context -> new InMemoryTier(store, context), this::slowToAnswer)) {
      speed(reader, "tier1").remember(new Speeds.OfTier(0, 0, TOKEN_NANOS));
      speed(reader, "tier2").remember(new Speeds.OfTier(0, 0, 20 * TOKEN_NANOS));
      reader.space().prefill().remember(new Speeds.OfModel(TOKEN_NANOS, 0));
      Session session = session(reader);
      try (PromptRun run = session.run()) {
        assertThat(Objects.requireNonNull(run.next(256)).from()).isEqualTo(192);
        assertThat(run.reused()).isEqualTo(192);
      }
      session.close();
      mayAnswer.countDown();
    }
  }

  @Test
  void aTierThatIsSlowAndHasNothingHoldsNobodyUp() {
    try (Instance reader = reader(20)) {
      Session session = session(reader);
      try (PromptRun run = session.run()) {
        int to = 0;
        for (Span span = run.next(256); span != null; span = run.next(256)) {
          assertThat(span.from()).isEqualTo(to);
          to = span.to();
          assertThat(run.isOvertaken(0)).isFalse();
          Instance.compute(session, run, span);
        }
        assertThat(to).isEqualTo(PROMPT.length);
      }
      assertThat(reader.reports().getLast().waited()).isZero();
      session.close();
      mayAnswer.countDown();
    }
  }

  /** It hangs: what is not known of it yet is waited for no longer than computing could cost. */
  @Test
  void aTierThatShouldHaveAnsweredLongAgoIsNotWaitedForAgain() {
    try (Instance reader = reader(1e-6)) {
      reader.space().prefill().remember(new Speeds.OfModel(2e8, 0)); // 40 s in all
      Session session = session(reader);
      try (PromptRun run = session.run()) {
        for (Span span = run.next(32); span != null; span = run.next(32)) {
          Instance.compute(session, run, span);
          reader.space().prefill().remember(new Speeds.OfModel(2e8, 0));
        }
      }
      // Of 1.6 s between two looks half, by odds of one to three: and not a quarter of 40 s.
      assertThat(reader.reports().getLast().waited()).isBetween(1L, 5_000_000_000L);
      session.close();
      mayAnswer.countDown();
    }
  }

  /** Two instances, of which the second never found anything: how many keys it asks for at once. */
  private List<Integer> questionsOfOneWithoutLuck(int[] stored, int reused) {
    List<Integer> questions = new CopyOnWriteArrayList<>();
    try (Instance writer = Instance.withMemory(LONG, context -> new InMemoryTier(store, context))) {
      writer.answer(stored);
      writer.flush();
    }
    try (Instance reader =
        Instance.withMemory(
            LONG,
            context ->
                new ForwardingTier(new InMemoryTier(store, context)) {
                  @Override
                  public BitSet containsAll(List<ChunkKey> keys, Deadline deadline)
                      throws TierException {
                    questions.add(keys.size());
                    return super.containsAll(keys, deadline);
                  }
                })) {
      for (int i = 0; i < 10; i++) {
        speed(reader, "tier1").sought(false);
      }
      assertThat(reader.answer(PROMPT)).isEqualTo(reused);
    }
    return questions;
  }

  @Test
  void aTierThatRarelyHasSomethingIsAskedForTheFirstChunkAlone() {
    assertThat(questionsOfOneWithoutLuck(IntStream.range(0, 200).toArray(), 0)).containsExactly(1);
    assertThat(questionsOfOneWithoutLuck(PROMPT, 192)).containsExactly(1, 6);
  }
}
