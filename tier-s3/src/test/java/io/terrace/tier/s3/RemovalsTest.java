/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.KvTier;
import io.terrace.spi.TierException;
import io.terrace.spi.kit.LogLines;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that do not remove many objects by one request. */
final class RemovalsTest extends ProxiedTest {
  private static final int CHUNKS = 6;

  private final List<TestChunk> chunks =
      IntStream.range(0, CHUNKS).mapToObj(new TestChunks(47)::full).toList();

  private List<ChunkKey> store(KvTier tier) throws TierException {
    for (TestChunk each : chunks) {
      tier.write(each.bytes(), TestTiers.inTime());
    }
    return chunks.stream().map(TestChunk::key).toList();
  }

  private static int stored(KvTier tier) throws TierException {
    return tier.list(null, CHUNKS, TestTiers.inTime()).chunks().size();
  }

  @ParameterizedTest
  @CsvSource({"403, AccessDenied", "405, MethodNotAllowed", "501, NotImplemented"})
  void areAskedForEachAndToldOfOnce(int status, String code) throws TierException {
    try (LogLines log = LogLines.of(Removals.class);
        KvTier tier = TestTiers.open(keys())) {
      proxy.fail(Fault.error(status, code).when(exchange -> exchange.is("POST")));
      for (int i = 0; i < 2; i++) {
        List<ChunkKey> keys = store(tier);
        assertThat(stored(tier)).isEqualTo(CHUNKS);
        tier.removeAll(keys, TestTiers.inTime());
        assertThat(stored(tier)).isZero();
      }
      assertThat(proxy.requests("POST")).isEqualTo(1);
      assertThat(tier.counters()).containsEntry("fail.denied", 0L).containsEntry("fail.other", 0L);
      assertThat(log.texts())
          .singleElement()
          .asString()
          .contains(TestBucket.NAME, status + " " + code, "asked for each");
    }
  }

  @Test
  void whoMayRemoveNothingIsToldSo() throws TierException {
    try (KvTier tier = TestTiers.open(keys())) {
      List<ChunkKey> keys = store(tier);
      proxy.fail(
          Fault.error(403, "AccessDenied")
              .when(exchange -> exchange.is("POST") || exchange.is("DELETE")));
      assertThatThrownBy(() -> tier.removeAll(keys, TestTiers.inTime()))
          .isInstanceOf(TierException.class)
          .hasMessageContaining("403 AccessDenied");
      assertThat(stored(tier)).isEqualTo(CHUNKS);
      assertThat(tier.counters()).containsEntry("fail.denied", 1L);
    }
  }
}
