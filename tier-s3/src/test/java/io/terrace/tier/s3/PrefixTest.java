/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.KvTier;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.ReadRequest;
import io.terrace.spi.TierException;
import io.terrace.spi.kit.RecordingSink;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A prefix of a hundred chunks, on a server that every request takes 50 ms longer to. */
final class PrefixTest extends ProxiedTest {
  private static final int CHUNKS = 100;
  private static final int MISSING = 40;
  private static final Duration LATENCY = Duration.ofMillis(50);

  private final List<TestChunk> all =
      IntStream.range(0, CHUNKS).mapToObj(new TestChunks(17)::full).toList();

  /** One chunk of the prefix, and when its end was told. */
  private static final class Request implements ReadRequest {
    private final ChunkKey key;
    private final RecordingSink sink = new RecordingSink();
    private volatile @Nullable ReadOutcome outcome;
    private volatile long endNanos;

    Request(ChunkKey key) {
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
    public void done(ReadOutcome result) {
      outcome = result;
      endNanos = System.nanoTime();
    }

    @Override
    public void failed(TierException failure) {
      endNanos = System.nanoTime();
    }
  }

  private void store(KvTier tier, int without) throws TierException {
    for (int i = 0; i < CHUNKS; i++) {
      if (i != without) {
        tier.write(all.get(i).bytes(), TestTiers.inTime());
      }
    }
  }

  private KvTier open(int connections) {
    String text = Integer.toString(connections);
    return TestTiers.open(keys("connections", text), S3Tier.REST);
  }

  private List<Request> requests() {
    return all.stream().map(chunk -> new Request(chunk.key())).toList();
  }

  private List<ChunkKey> chunkKeys() {
    return all.stream().map(TestChunk::key).toList();
  }

  @Test
  void costsTheWayToTheServerOnceAndNotAHundredTimes() throws Exception {
    try (KvTier tier = open(CHUNKS)) {
      store(tier, CHUNKS);
      proxy.fail(Fault.latency(LATENCY));
      tier.readAll(requests(), TestTiers.inTime()); // connections are made, code is compiled
      for (int i = 0; i < 5; i++) {
        long before = proxy.requests("GET");
        List<Request> asked = requests();
        long start = System.nanoTime();
        tier.readAll(asked, TestTiers.inTime());
        long end = System.nanoTime();
        assertThat(asked).allMatch(each -> each.outcome == ReadOutcome.FOUND);
        assertThat(proxy.requests("GET") - before).isEqualTo(CHUNKS);
        long looked = System.nanoTime();
        assertThat(tier.containsAll(chunkKeys(), TestTiers.inTime()).cardinality())
            .isEqualTo(CHUNKS);
        System.out.printf(
            "prefix of %d chunks, %d ms a request: first page %.0f ms, all pages %.0f ms, probed"
                + " %.0f ms, at most %d requests at once%n",
            CHUNKS,
            LATENCY.toMillis(),
            (asked.getFirst().endNanos - start) / 1e6,
            (end - start) / 1e6,
            (System.nanoTime() - looked) / 1e6,
            proxy.mostInFlight());
      }
      assertThat(proxy.mostInFlight()).isGreaterThan(CHUNKS / 2);
    }
  }

  @Test
  void whatFollowsAGapIsNotFetched() throws Exception {
    int connections = 16;
    try (KvTier tier = open(connections)) {
      store(tier, MISSING);
      proxy.fail(Fault.latency(LATENCY));
      long before = proxy.requests("GET");
      List<Request> asked = requests();
      tier.readAll(asked, TestTiers.inTime());
      for (int i = 0; i < CHUNKS; i++) {
        boolean wanted = i < MISSING;
        assertThat(asked.get(i).outcome == ReadOutcome.FOUND || !wanted).as("chunk " + i).isTrue();
      }
      assertThat(asked.get(MISSING).outcome).isEqualTo(ReadOutcome.MISSING);
      assertThat(proxy.requests("GET") - before).isBetween(MISSING + 1L, CHUNKS - 10L);
      assertThat(proxy.mostInFlight()).isLessThanOrEqualTo(connections);
      long looks = proxy.requests("HEAD");
      assertThat(tier.containsAll(chunkKeys(), TestTiers.inTime()).cardinality())
          .isEqualTo(MISSING);
      assertThat(proxy.requests("HEAD") - looks).isBetween(MISSING + 1L, CHUNKS - 10L);
    }
  }
}
