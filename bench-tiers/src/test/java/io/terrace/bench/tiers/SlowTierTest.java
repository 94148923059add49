/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.bench.tiers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.DataType;
import io.terrace.spi.Deadline;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.ReadRequest;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import io.terrace.spi.kit.InMemoryTier;
import io.terrace.spi.kit.RecordingContext;
import io.terrace.spi.kit.RecordingSink;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How long what takes, by a clock of the test's own. */
final class SlowTierTest {
  private static final long LATENCY_MICROS = 20_000;

  /** A chunk of 4,096 + 1,048,576 bytes takes this long at a megabyte a second. */
  private static final long CHUNK_MICROS = 1_052_672;

  private static final PageGeometry LARGE = new PageGeometry(4, 4, 32, 256, DataType.F32);

  private final FakeTicker ticker = new FakeTicker();
  private final TestChunks chunks = new TestChunks(1);
  private final InMemoryTier inner = new InMemoryTier(new RecordingContext());
  private final Link link = new Link(LATENCY_MICROS * 1_000, 1_000_000, ticker);
  private final SlowTier tier =
      new SlowTier(new WrappedTier(inner, SlowTierTest.class.getClassLoader()), link);

  private TestChunk stored(int number) throws TierException {
    TestChunk chunk = chunks.full(number, LARGE);
    assertThat(inner.write(chunk.bytes(), Deadline.NEVER)).isEqualTo(WriteResult.STORED);
    return chunk;
  }

  private Deadline after(long micros) {
    return Deadline.after(Duration.ofNanos(micros * 1_000), ticker::nanoTime);
  }

  /** A request that notes when it was told its end, and what. */
  private final class TimedRequest implements ReadRequest {
    private final ChunkKey key;
    private final RecordingSink sink = new RecordingSink();
    private final List<String> ends = new ArrayList<>();

    TimedRequest(ChunkKey key) {
      this.key = key;
    }

    @Override
    public ChunkKey key() {
      return key;
    }

    @Override
    public ChunkSink sink() {
      return sink;
    }

    @Override
    public void done(ReadOutcome outcome) {
      ends.add(outcome + " at " + ticker.passedMicros());
    }

    @Override
    public void failed(TierException failure) {
      ends.add("failed at " + ticker.passedMicros());
    }
  }

  @Test
  void whatMovesNothingTakesTheLatency() throws Exception {
    TestChunk here = stored(1);
    tier.contains(here.key(), Deadline.NEVER);
    assertThat(ticker.passedMicros()).isEqualTo(LATENCY_MICROS);
    tier.containsAll(List.of(here.key(), chunks.absent(1), chunks.absent(2)), Deadline.NEVER);
    assertThat(ticker.passedMicros()).isEqualTo(2 * LATENCY_MICROS);
    tier.read(chunks.absent(1), new RecordingSink(), Deadline.NEVER);
    assertThat(ticker.passedMicros()).isEqualTo(3 * LATENCY_MICROS);
    assertThat(tier.write(here.bytes(), Deadline.NEVER)).isEqualTo(WriteResult.PRESENT);
    assertThat(ticker.passedMicros()).isEqualTo(4 * LATENCY_MICROS);
    tier.remove(here.key(), Deadline.NEVER);
    assertThat(ticker.passedMicros()).isEqualTo(5 * LATENCY_MICROS);
  }

  @Test
  void whatMovesTakesItsBytesAsWell() throws Exception {
    TestChunk chunk = stored(1);
    tier.read(chunk.key(), new RecordingSink(), Deadline.NEVER);
    assertThat(ticker.passedMicros()).isEqualTo(LATENCY_MICROS + CHUNK_MICROS);
    tier.write(chunks.full(2, LARGE).bytes(), Deadline.NEVER);
    assertThat(ticker.passedMicros()).isEqualTo(2 * (LATENCY_MICROS + CHUNK_MICROS));
  }

  @Test
  void aBatchWaitsOnceAndItsChunksFollowOneAnother() throws Exception {
    List<TimedRequest> requests =
        List.of(
            new TimedRequest(stored(1).key()),
            new TimedRequest(stored(2).key()),
            new TimedRequest(chunks.absent(3)));
    tier.readAll(requests, Deadline.NEVER);
    assertThat(requests.get(0).ends).containsExactly("FOUND at 1072672");
    assertThat(requests.get(1).ends).containsExactly("FOUND at 2125344");
    assertThat(requests.get(2).ends).containsExactly("MISSING at 2125344");
  }

  @Test
  void transfersThatBeginTogetherShareTheLink() throws Exception {
    long reached = link.reach("reach", Deadline.NEVER);
    link.carry(1_000_000, reached, "carry", Deadline.NEVER);
    link.carry(500_000, reached, "carry", Deadline.NEVER);
    assertThat(ticker.passedMicros()).isEqualTo(LATENCY_MICROS + 1_500_000);
  }

  @Test
  void theTimeOfAStoreIsNotAddedToThatOfTheLink() throws Exception {
    long reached = link.reach("reach", Deadline.NEVER);
    ticker.sleep(400_000_000);
    link.carry(1_000_000, reached, "carry", Deadline.NEVER);
    assertThat(ticker.passedMicros()).isEqualTo(LATENCY_MICROS + 1_000_000);
  }

  @Test
  void aTransferEndsAtItsDeadlineAndLeavesTheLinkToOthers() throws Exception {
    TestChunk chunk = stored(1);
    RecordingSink sink = new RecordingSink();
    assertThatThrownBy(() -> tier.read(chunk.key(), sink, after(100_000)))
        .isInstanceOf(TierException.class)
        .hasMessageContaining("no time left to read " + chunk.key());
    assertThat(ticker.passedMicros()).isEqualTo(100_000);
    link.carry(1_000_000, link.now(), "carry", Deadline.NEVER);
    // The first slice of the read, 262,144 bytes, was on its way.
    assertThat(ticker.passedMicros()).isEqualTo(LATENCY_MICROS + 262_144 + 1_000_000);
  }

  @Test
  void aBatchFailsAtItsDeadline() throws Exception {
    List<TimedRequest> early = List.of(new TimedRequest(stored(1).key()));
    tier.readAll(early, after(10_000));
    assertThat(early.get(0).ends).containsExactly("failed at 10000");
    List<TimedRequest> late =
        List.of(new TimedRequest(stored(2).key()), new TimedRequest(stored(3).key()));
    tier.readAll(late, after(1_500_000));
    assertThat(late.get(0).ends).containsExactly("FOUND at 1082672");
    assertThat(late.get(1).ends).containsExactly("failed at 1510000");
  }

  @Test
  void aTimeThatIsOverIsNoMiss() throws Exception {
    TestChunk chunk = stored(1);
    assertThatThrownBy(() -> tier.contains(chunk.key(), after(0)))
        .isInstanceOf(TierException.class);
  }

  @Test
  void anInterruptEndsATransferAndStays() throws Exception {
    TestChunk chunk = stored(1);
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> tier.read(chunk.key(), new RecordingSink(), Deadline.NEVER))
          .isInstanceOf(TierException.class)
          .hasMessageContaining("interrupted, did not read " + chunk.key());
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void onceClosedNothingTakesTime() throws Exception {
    TestChunk chunk = stored(1);
    tier.close();
    assertThat(tier.contains(chunk.key(), after(0))).isFalse();
    assertThat(ticker.passedMicros()).isZero();
  }
}
