/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.KvTier;
import io.terrace.spi.WriteResult;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Instances that share a bucket. */
final class TwoInstancesTest extends ProxiedTest {
  private static final int ROUNDS = 5;

  private final TestChunks chunks = new TestChunks(29);

  /** Each request takes so long that both look before one of them stores. */
  @Test
  void ofTwoThatStoreAChunkAtOnceOneDoes() throws Exception {
    try (KvTier one = TestTiers.open(keys());
        KvTier other = TestTiers.open(keys());
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      proxy.fail(Fault.latency(Duration.ofMillis(100)));
      for (int round = 0; round < ROUNDS; round++) {
        TestChunk chunk = chunks.full(round);
        List<Callable<WriteResult>> writes =
            List.of(
                () -> one.write(chunk.bytes(), TestTiers.inTime()),
                () -> other.write(chunk.bytes(), TestTiers.inTime()));
        List<WriteResult> results =
            threads.invokeAll(writes).stream().map(Future::resultNow).toList();
        assertThat(results).containsExactlyInAnyOrder(WriteResult.STORED, WriteResult.PRESENT);
      }
    }
  }
}
