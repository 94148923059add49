/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.engine.PromptRun.Span;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.kit.InMemoryStore;
import io.terrace.spi.kit.InMemoryTier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Loading beside computing: what is waited for, what is overtaken, what is done once for many. */
final class RetrievalTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int[] PROMPT = IntStream.range(100, 300).toArray(); // six chunks and 8

  /** The prompt takes 10 ms: worth a question, and hardly a wait. */
  private static final Speeds.OfModel FAST = new Speeds.OfModel(50_000, 0);

  private final InMemoryStore store = new InMemoryStore();
  private final AtomicReference<GatedTier> opened = new AtomicReference<>();

  @BeforeEach
  void anotherInstanceStoresThePrompt() {
    try (Instance writer = Instance.withMemory(LONG, context -> new InMemoryTier(store, context))) {
      writer.answer(PROMPT);
      writer.flush();
    }
  }

  private Instance reader() {
    return Instance.withMemory(
        LONG,
        context -> {
          GatedTier tier = new GatedTier(new InMemoryTier(store, context));
          opened.set(tier);
          return tier;
        });
  }

  private GatedTier tier() {
    return Objects.requireNonNull(opened.get());
  }

  private static Session session(Instance instance) {
    Session session = instance.engine().open(instance.space());
    session.tell(0, PROMPT);
    return session;
  }

  private static List<ChunkKey> keys(Instance instance) {
    Naming naming = instance.engine().naming(instance.space());
    ChunkKeys keys = new ChunkKeys(naming, PROMPT, PROMPT.length, 32);
    return IntStream.range(0, keys.count()).mapToObj(keys::of).toList();
  }

  private static TierSpeed speed(Instance instance) {
    return Objects.requireNonNull(instance.engine().speed("tier1"));
  }

  private static <T> FutureTask<T> start(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofPlatform().daemon().start(task);
    return task;
  }

  @Test
  void computingOvertakesALoadThatIsLateAndTakesWhatComesBehind() {
    try (Instance reader = reader()) {
      reader.space().prefill().remember(FAST);
      Session session = session(reader);
      try (PromptRun run = session.run()) {
        Span first = run.next(256);
        assertThat(first).as("nothing came").isEqualTo(new Span(0, 200));
      }
      session.close();
      tier().pass(1000);
    }
  }

  @Test
  void whatComesWhileAPassIsComputedIsTakenAfterIt() {
    try (Instance reader = reader()) {
      reader.space().prefill().remember(FAST);
      speed(reader)
          .remember(new Speeds.OfTier(1e9, 0, 0)); // so that nobody waits, and finds it late
      Session session = session(reader);
      try (PromptRun run = session.run()) {
        Span first = Objects.requireNonNull(run.next(32));
        assertThat(first).isEqualTo(new Span(0, 32));
        tier().pass(1000);
        Instance.compute(session, run, first);
        reader.space().prefill().remember(Instance.SLOW);
        assertThat(run.next(32)).isEqualTo(new Span(192, 200));
        assertThat(run.reused()).isEqualTo(160);
        FakeRuntime.check(session, PROMPT, 192);
      }
      session.close();
    }
  }

  /** Loading takes a good part of the time of computing: the two meet. */
  @Test
  void loadingBeginsAtTheBackWhereComputingBesideItIsWorthIt() {
    try (Instance reader = reader()) {
      List<ChunkKey> keys = keys(reader);
      double chunkNanos = 50e9;
      reader.space().prefill().remember(new Speeds.OfModel(chunkNanos / 32, 0));
      double stored = Instance.GEOMETRY.pageBytes();
      TierSpeed speed = speed(reader);
      speed.remember(new Speeds.OfTier(0, 0.5 * chunkNanos / stored, 0));
      Session session = session(reader);
      try (PromptRun run = session.run()) {
        Span first = Objects.requireNonNull(run.next(32));
        assertThat(first).as("six loads take longer than one pass").isEqualTo(new Span(0, 32));
        Instance.await(() -> tier().begun().size() == TierFeed.CALLS);
        assertThat(tier().begun()).containsExactlyInAnyOrder(keys.get(5), keys.get(4));
        tier().pass(1000);
        Instance.compute(session, run, first);
        reader.space().prefill().remember(Instance.SLOW);
        assertThat(run.next(32)).isEqualTo(new Span(192, 200));
        assertThat(tier().passed()).doesNotContain(keys.get(0));
        assertThat(run.reused()).isEqualTo(160);
      }
      session.close();
    }
  }

  @Test
  void aFastTierLoadsFromTheFront() {
    try (Instance reader = reader()) {
      List<ChunkKey> keys = keys(reader);
      speed(reader).remember(new Speeds.OfTier(0, 1e-3, 0));
      FutureTask<Integer> answer = start(() -> reader.answer(PROMPT));
      Instance.await(() -> !tier().begun().isEmpty());
      assertThat(tier().begun()).isSubsetOf(keys.get(0), keys.get(1));
      tier().pass(1000);
      assertThat(get(answer)).isEqualTo(192);
    }
  }

  private static <T> T get(FutureTask<T> task) {
    try {
      return task.get(LONG.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @RepeatedTest(5)
  void noChunkIsLoadedTwiceHoweverManyWantIt() {
    try (Instance reader = reader()) {
      List<FutureTask<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        answers.add(start(() -> reader.answer(PROMPT)));
      }
      Instance.await(() -> !tier().begun().isEmpty());
      tier().pass(1000);
      answers.forEach(RetrievalTest::get);
      assertThat(reader.reports()).hasSize(10).allMatch(report -> report.reused() >= 192);
      List<ChunkKey> keys = keys(reader);
      List<ChunkKey> whole = tier().passed().stream().filter(keys::contains).toList();
      assertThat(whole).hasSameSizeAs(new HashSet<>(whole)).hasSize(6);
    }
  }

  @RepeatedTest(5)
  void whatOneRequestComputesTheOthersWaitFor() {
    try (Instance alone = Instance.withMemory(LONG)) {
      Session session = session(alone);
      try (PromptRun run = session.run()) {
        Span first = Objects.requireNonNull(run.next(32));
        FutureTask<Integer> other = start(() -> alone.answer(PROMPT, 32));
        Instance.await(() -> alone.engine().claims().waiting() == 1);
        assertThat(other.isDone()).isFalse();
        Instance.compute(session, run, first);
        for (Span span = run.next(32); span != null; span = run.next(32)) {
          Instance.compute(session, run, span);
        }
        assertThat(get(other)).isPositive();
      }
      session.close();
      int computed = alone.reports().stream().mapToInt(PromptReport::computed).sum();
      assertThat(computed).as("each chunk once %s", alone.reports()).isBetween(200, 192 + 2 * 8);
      assertThat(alone.engine().claims().size()).isZero();
    }
  }

  @Test
  void aRequestThatGivesUpLeavesItsChunkToTheNext() {
    try (Instance alone = Instance.withMemory(LONG)) {
      Session session = session(alone);
      FutureTask<Integer> other;
      try (PromptRun run = session.run()) {
        run.next(32);
        other = start(() -> alone.answer(PROMPT, 32));
        Instance.await(() -> alone.engine().claims().waiting() == 1);
      }
      session.close();
      assertThat(get(other)).isZero();
    }
  }

  @Test
  void whatIsFetchedAheadIsThereWhenItsTierIsNot() {
    try (Instance reader = reader()) {
      tier().pass(1000);
      reader.engine().prefetch(reader.space(), PROMPT);
      long all = 6L * Instance.GEOMETRY.pageBytes();
      Instance.await(() -> reader.engine().memory().aheadBytes() == all);
      store.setBroken(true);
      assertThat(reader.answer(PROMPT)).isEqualTo(192);
      assertThat(reader.engine().memory().aheadBytes()).isZero();
      store.setBroken(false);
    }
  }

  @Test
  void theUnfinishedChunkIsFetchedAheadToo() {
    int[] longer = IntStream.range(100, 320).toArray(); // six chunks and 28
    try (Instance writer = Instance.withMemory(LONG, context -> new InMemoryTier(store, context))) {
      writer.answer(longer);
      writer.flush();
    }
    try (Instance reader = reader()) {
      tier().pass(1000);
      reader.engine().prefetch(reader.space(), longer);
      long all = 7L * Instance.GEOMETRY.pageBytes();
      Instance.await(() -> reader.engine().memory().aheadBytes() == all);
      store.setBroken(true);
      assertThat(reader.answer(longer)).isEqualTo(219);
      assertThat(reader.engine().memory().aheadBytes()).isZero();
      store.setBroken(false);
    }
  }

  @Test
  void ofTenWithTheSamePrefixNineWaitForTheOneThatComputes() {
    try (Instance alone = Instance.withMemory(LONG)) {
      Session session = session(alone);
      List<FutureTask<Integer>> others = new ArrayList<>();
      try (PromptRun run = session.run()) {
        Span first = Objects.requireNonNull(run.next(32));
        for (int i = 0; i < 9; i++) {
          others.add(start(() -> alone.answer(PROMPT, 32)));
        }
        Instance.await(() -> alone.engine().claims().waiting() == 9);
        Instance.compute(session, run, first);
        for (Span span = run.next(32); span != null; span = run.next(32)) {
          Instance.compute(session, run, span);
        }
      }
      others.forEach(RetrievalTest::get);
      session.close();
      int computed = alone.reports().stream().mapToInt(PromptReport::computed).sum();
      assertThat(computed).as("each chunk once %s", alone.reports()).isBetween(200, 192 + 10 * 8);
      assertThat(alone.engine().claims().size()).isZero();
    }
  }

  @Test
  void whoComputesMuchMoreSlowlyThanExpectedHoldsNobodyUp() {
    try (Instance alone = Instance.withMemory(LONG)) {
      alone.space().prefill().remember(FAST);
      Session session = session(alone);
      try (PromptRun run = session.run()) {
        Span first = Objects.requireNonNull(run.next(32));
        assertThat(get(start(() -> alone.answer(PROMPT, 32)))).isZero();
        Instance.compute(session, run, first);
      }
      session.close();
      assertThat(alone.engine().claims().size()).isZero();
    }
  }

  @Test
  void aReportSaysWhatWasExpectedAndWhatHappened() {
    try (Instance reader = reader()) {
      tier().pass(1000);
      reader.answer(PROMPT);
      reader.answer(PROMPT);
      PromptReport loaded = reader.reports().getFirst();
      assertThat(loaded.fromTiers()).isEqualTo(192);
      assertThat(loaded.computed()).isEqualTo(8);
      PlanCosts costs = Objects.requireNonNull(loaded.costs());
      assertThat(costs.compute()).isGreaterThan(costs.load());
      assertThat(loaded.line()).contains("load and compute: 0 from memory, 192 from tiers");
      PromptReport known = reader.reports().get(1);
      assertThat(known.fromMemory()).isEqualTo(199);
      assertThat(known.taken()).isEqualTo("memory");
    }
  }

  @Test
  void whatMemoryFailsToKeepIsTakenOverAllTheSame() {
    AtomicReference<TestTier> memory = new AtomicReference<>();
    try (Instance reader =
        Instance.withMemoryOf(
            context -> {
              memory.set(TestTier.unbounded(context));
              return Objects.requireNonNull(memory.get());
            },
            LONG,
            context -> new InMemoryTier(store, context))) {
      TestTier tier = Objects.requireNonNull(memory.get());
      tier.failWhen(call -> call == TestTier.Call.WRITE);
      Session session = session(reader);
      assertThat(Runs.reuse(session)).isEqualTo(192);
      tier.failWhen(call -> false);
      session.close();
      assertThat(reader.failures()).isNotEmpty();
      assertThat(reader.failures().getFirst()).hasMessageContaining("does not keep what came");
      assertThat(reader.answer(PROMPT)).as("it does next time").isEqualTo(192);
    }
  }
}
