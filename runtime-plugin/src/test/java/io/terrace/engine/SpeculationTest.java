/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Reads that begin before the tier has said what it has. */
final class SpeculationTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int[] PROMPT = IntStream.range(100, 300).toArray(); // six chunks and 8
  private static final int[] LONG_PROMPT = IntStream.range(0, 640).toArray(); // twenty chunks
  private static final double SLOW_PROBE = 20e6;
  private static final double FAST_PROBE = 1e5;

  private final InMemoryStore store = new InMemoryStore();
  private final List<ChunkKey> read = new CopyOnWriteArrayList<>();
  private CountDownLatch mayRead = new CountDownLatch(0);

  /**
   * A tier that does not say what it has before it may, with this speed of asking.
   *
   * @param hits prompts of which it had something lately
   */
  private Instance reader(CountDownLatch mayAnswer, double probeNanos, int hits) {
    Instance reader =
        Instance.withMemory(
            LONG,
            context ->
                new ForwardingTier(new InMemoryTier(store, context)) {
                  @Override
                  public BitSet containsAll(List<ChunkKey> keys, Deadline deadline)
                      throws TierException {
                    HangingTier.awaitDeaf(mayAnswer);
                    return super.containsAll(keys, deadline);
                  }

                  @Override
                  public void readAll(List<? extends ReadRequest> requests, Deadline deadline) {
                    requests.forEach(request -> read.add(request.key()));
                    HangingTier.awaitDeaf(mayRead);
                    super.readAll(requests, deadline);
                  }
                });
    TierSpeed speed = Objects.requireNonNull(reader.engine().speed("tier1"));
    speed.remember(new Speeds.OfTier(5e6, 1e-3, probeNanos));
    for (int i = 0; i < hits; i++) {
      speed.sought(true);
    }
    return reader;
  }

  @RepeatedTest(5)
  void pagesComeWithTheFirstRound() throws Exception {
    try (Instance writer = Instance.withMemory(LONG, context -> new InMemoryTier(store, context))) {
      writer.answer(PROMPT);
      writer.flush();
    }
    CountDownLatch mayAnswer = new CountDownLatch(1);
    try (Instance reader = reader(mayAnswer, SLOW_PROBE, 4)) {
      FutureTask<Integer> answer = new FutureTask<>(() -> reader.answer(PROMPT));
      Thread.ofPlatform().daemon().start(answer);
      long end = System.nanoTime() + LONG.toNanos() / 2;
      while (reader.engine().counters().adoptedPages.sum() < 6 && System.nanoTime() - end < 0) {
        LockSupport.parkNanos(100_000);
      }
      assertThat(reader.engine().counters().adoptedPages.sum())
          .as("before the tier said what it has")
          .isEqualTo(6);
      mayAnswer.countDown();
      assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(192);
      assertThat(read).as("each once").hasSize(6);
    } finally {
      mayAnswer.countDown();
    }
  }

  /** Else a request that asked just before would have nothing to wait for, and compute all. */
  @Test
  void isNewsToWhoeverWaits() {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    mayRead = mayAnswer;
    try (Instance reader = reader(mayAnswer, SLOW_PROBE, 4)) {
      ModelSpace space = reader.space();
      Prompt prompt = new Prompt(space, reader.engine().naming(space), PROMPT, PROMPT.length - 1);
      try (Retrieval retrieval =
          Objects.requireNonNull(reader.engine().retrieve(prompt, 0, space.prefill()))) {
        Instance.await(() -> !read.isEmpty());
        assertThat(retrieval.news()).isEqualTo(1);
        assertThat(retrieval.expected(0)).isNotNaN();
      } finally {
        mayAnswer.countDown();
      }
    }
  }

  @Test
  void whatIsReadInVainIsBoundedAndLeavesNothing() {
    try (Instance reader = reader(new CountDownLatch(0), SLOW_PROBE, 4)) {
      assertThat(reader.answer(LONG_PROMPT)).isZero();
      assertThat(read).as("and the unfinished chunk").hasSizeBetween(8, 8 + 1);
      assertThat(reader.engine().memory().aheadBytes()).isZero();
      assertThat(reader.failures()).isEmpty();
    }
  }

  @Test
  void aTierThatIsAskedQuicklyOrRarelyHasSomethingIsAskedFirst() {
    try (Instance reader = reader(new CountDownLatch(0), FAST_PROBE, 4)) {
      assertThat(reader.answer(LONG_PROMPT)).isZero();
    }
    int[] other = IntStream.range(5000, 5640).toArray(); // of which the first stored nothing
    try (Instance reader = reader(new CountDownLatch(0), SLOW_PROBE, 0)) {
      assertThat(reader.answer(other)).isZero();
    }
    assertThat(read).as("the unfinished chunk alone").hasSizeLessThanOrEqualTo(2);
  }
}
