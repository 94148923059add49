/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.ReadRequest;
import io.terrace.spi.TierContext;
import io.terrace.spi.TierException;
import io.terrace.spi.kit.ForwardingTier;
import io.terrace.spi.kit.InMemoryStore;
import io.terrace.spi.kit.InMemoryTier;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/**
 * What is fetched ahead of its request comes to an end by itself: it has no deadline, and whatever
 * it waits for holds pages.
 */
final class PrefetchTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int[] PROMPT = IntStream.range(100, 300).toArray(); // six chunks and 8
  private static final int RUNS = 400;

  private final InMemoryStore upper = new InMemoryStore();
  private final InMemoryStore lower = new InMemoryStore();

  @BeforeEach
  void anotherInstanceStoresThePrompt() {
    try (Instance writer =
        Instance.withMemory(
            LONG,
            context -> new InMemoryTier(upper, context),
            context -> new InMemoryTier(lower, context))) {
      writer.answer(PROMPT);
      writer.flush();
    }
  }

  private static Prompt prompt(Instance instance) {
    Naming naming = instance.engine().naming(instance.space());
    return new Prompt(instance.space(), naming, PROMPT, PROMPT.length);
  }

  /** Fetches a prompt ahead; says how many chunks came. */
  private static FutureTask<Long> start(Instance instance, Prompt prompt) {
    Staging staging = new Staging(64 << 20);
    Retrieval retrieval = Objects.requireNonNull(instance.engine().retrieve(prompt, 0, null));
    FutureTask<Long> task =
        new FutureTask<>(
            () -> {
              new Prefetch(prompt, retrieval, staging).run();
              long came = staging.aheadBytes() / Instance.GEOMETRY.pageBytes();
              staging.close();
              return came;
            });
    Thread.ofPlatform().daemon().start(task);
    return task;
  }

  private static TierSpeed speed(Instance instance, String tier) {
    return Objects.requireNonNull(instance.engine().speed(tier));
  }

  /** Reads chunks one by one, some of which do not come. */
  private abstract static class OneByOne extends ForwardingTier {
    OneByOne(KvTier tier) {
      super(tier);
    }

    /** Before a chunk is read; whether it does not come. */
    abstract boolean fails(ChunkKey key);

    @Override
    public void readAll(List<? extends ReadRequest> requests, Deadline deadline) {
      for (ReadRequest request : requests) {
        if (fails(request.key())) {
          request.failed(new TierException("fails on purpose"));
        } else {
          super.readAll(List.of(request), deadline);
        }
      }
    }
  }

  /** Reads single chunks when a test lets them pass, or lets them fail. */
  private static final class StepwiseTier extends OneByOne {
    private final ChunkKey unsaid;
    private final ChunkKey failing;
    private final Map<ChunkKey, CountDownLatch> gates = new ConcurrentHashMap<>();

    /**
     * @param unsaid it does not say that it has this one
     * @param failing this one does not come
     */
    StepwiseTier(KvTier tier, ChunkKey unsaid, ChunkKey failing) {
      super(tier);
      this.unsaid = unsaid;
      this.failing = failing;
    }

    CountDownLatch gate(ChunkKey key) {
      return gates.computeIfAbsent(key, k -> new CountDownLatch(1));
    }

    @Override
    public BitSet containsAll(List<ChunkKey> keys, Deadline deadline) throws TierException {
      BitSet here = super.containsAll(keys, deadline);
      int hidden = keys.indexOf(unsaid);
      if (hidden >= 0) {
        here.clear(hidden);
      }
      return here;
    }

    @Override
    boolean fails(ChunkKey key) {
      HangingTier.awaitDeaf(gate(key));
      return key.equals(failing);
    }
  }

  /**
   * A tier that said nothing beyond its own gap is asked for more once a read, made before its tier
   * was asked, closed that gap; and it brings what the other does not.
   */
  @RepeatedTest(3)
  void aTierIsAskedWhateverTheOrderInWhichOthersFail() throws Exception {
    StepwiseTier[] opened = new StepwiseTier[1];
    List<ChunkKey> keys = keys();
    try (Instance reader =
        Instance.withMemory(
            LONG,
            context -> without(keys.get(0), new InMemoryTier(upper, context)),
            context -> {
              KvTier tier = new InMemoryTier(lower, context);
              opened[0] = new StepwiseTier(tier, keys.get(0), keys.get(1));
              return opened[0];
            })) {
      rarelyHits(speed(reader, "tier1"));
      TierSpeed promising = speed(reader, "tier2");
      double nanosPerByte = 10e6 / Instance.GEOMETRY.pageBytes();
      promising.remember(new Speeds.OfTier(1e6, nanosPerByte, 20e6)); // one chunk a call
      IntStream.range(0, 4).forEach(i -> promising.sought(true));
      FutureTask<Long> ahead = start(reader, prompt(reader));
      StepwiseTier tier = opened[0];
      Instance.await(() -> tier.gates.keySet().containsAll(keys.subList(0, 2)));
      tier.gate(keys.get(0)).countDown();
      Thread.sleep(20); // for whoever would end too early
      keys.subList(1, 6).forEach(key -> tier.gate(key).countDown());
      assertThat(ahead.get(60, TimeUnit.SECONDS)).isEqualTo(6);
      assertThat(reader.counters("tier1").loaded.sum()).as("what the other did not").isPositive();
    }
  }

  /** Lets the chunk that a test holds wait. */
  private static final class HoldingTier extends OneByOne {
    private final ChunkKey held;
    private final CountDownLatch gate = new CountDownLatch(1);
    private volatile boolean isHolding;
    private volatile boolean isWaiting;

    HoldingTier(KvTier tier, ChunkKey held) {
      super(tier);
      this.held = held;
    }

    @Override
    boolean fails(ChunkKey key) {
      if (isHolding && key.equals(held)) {
        isWaiting = true;
        HangingTier.awaitDeaf(gate);
      }
      return false;
    }
  }

  /** Who fetches ahead leaves what waits there to whoever comes for it. */
  @Test
  void whatWaitsAheadServesARequestWhileMoreIsFetched() throws Exception {
    HoldingTier[] opened = new HoldingTier[1];
    ChunkKey first = keys().getFirst();
    Instance.Below below =
        context -> {
          opened[0] = new HoldingTier(new InMemoryTier(upper, context), first);
          return opened[0];
        };
    long pageBytes = Instance.GEOMETRY.pageBytes();
    try (Instance reader = Instance.withoutMemory(LONG, below)) {
      Engine engine = reader.engine();
      engine.prefetch(reader.space(), PROMPT);
      Instance.await(() -> engine.memory().aheadBytes() == 6 * pageBytes);
      assertThat(reader.answer(Arrays.copyOf(PROMPT, 40))).as("taken by a request").isEqualTo(32);
      assertThat(engine.memory().aheadBytes()).isEqualTo(5 * pageBytes);

      opened[0].isHolding = true;
      engine.prefetch(reader.space(), PROMPT);
      Instance.await(() -> opened[0].isWaiting);
      FutureTask<Integer> request = new FutureTask<>(() -> reader.answer(PROMPT));
      Thread.ofPlatform().daemon().start(request);
      Instance.await(() -> engine.memory().aheadBytes() == 0);
      opened[0].gate.countDown();
      assertThat(request.get(60, TimeUnit.SECONDS)).isEqualTo(192);
      assertThat(reader.counters("tier0").loaded.sum()).as("the first one twice").isEqualTo(7);
    }
  }

  private static KvTier without(ChunkKey key, KvTier tier) {
    try {
      tier.remove(key, Deadline.NEVER);
      return tier;
    } catch (TierException e) {
      throw new AssertionError(e);
    }
  }

  private List<ChunkKey> keys() {
    try (Instance any = Instance.withMemory(LONG)) {
      Prompt prompt = prompt(any);
      return IntStream.range(0, prompt.wholeChunks()).mapToObj(prompt::key).toList();
    }
  }

  private static void rarelyHits(TierSpeed speed) {
    for (int i = 0; !speed.rarelyHits() && i < 100; i++) {
      speed.sought(false);
    }
  }

  /** Says that it has something, and has it, now and then. */
  private static final class MoodyTier extends OneByOne {
    private final SplittableRandom random;

    MoodyTier(InMemoryStore store, TierContext context, long seed) {
      super(new InMemoryTier(store, context));
      random = new SplittableRandom(seed);
    }

    private synchronized boolean oneOf(int count) {
      return random.nextInt(count) == 0;
    }

    @Override
    public BitSet containsAll(List<ChunkKey> keys, Deadline deadline) throws TierException {
      pause();
      if (oneOf(8)) {
        throw new TierException("fails on purpose");
      }
      BitSet here = super.containsAll(keys, deadline);
      for (int i = 0; i < keys.size(); i++) {
        here.set(i, here.get(i) && !oneOf(3));
      }
      return here;
    }

    private void pause() {
      if (oneOf(2)) {
        LockSupport.parkNanos(100_000);
      }
    }

    @Override
    boolean fails(ChunkKey key) {
      pause();
      return oneOf(4);
    }
  }

  @Test
  void everyOneEndsWhateverTiersSayAndBring() throws Exception {
    long came = 0;
    for (int run = 0; run < RUNS; run++) {
      long seed = run;
      try (Instance reader =
          Instance.withMemory(
              LONG,
              context -> new MoodyTier(upper, context, seed),
              context -> new MoodyTier(lower, context, seed + RUNS))) {
        SplittableRandom random = new SplittableRandom(seed);
        if (random.nextBoolean()) {
          rarelyHits(speed(reader, "tier1"));
        }
        for (String tier : List.of("tier1", "tier2")) {
          double nanosPerByte = random.nextInt(1, 10) * 1e6 / Instance.GEOMETRY.pageBytes();
          double probeNanos = random.nextBoolean() ? 20e6 : 1e5;
          speed(reader, tier).remember(new Speeds.OfTier(1e6, nanosPerByte, probeNanos));
        }
        IntStream.range(0, 4).forEach(i -> speed(reader, "tier2").sought(true));
        FutureTask<Long> ahead = start(reader, prompt(reader));
        came += get(ahead, seed);
      }
    }
    assertThat(came).as("chunks in all").isBetween(RUNS / 2L, 5L * RUNS);
  }

  private static long get(FutureTask<Long> ahead, long seed) {
    try {
      return ahead.get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("with seed " + seed, e);
    }
  }
}
