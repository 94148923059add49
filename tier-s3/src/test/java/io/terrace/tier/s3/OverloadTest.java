/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import io.terrace.spi.kit.RecordingSink;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that asks for fewer requests: writes wait, reads are made or missed, and do not. */
final class OverloadTest extends ProxiedTest {
  private static final Fault SLOW_DOWN = Fault.error(503, "SlowDown");

  /** Held back, so many would take nine seconds: the first one alone waits for two. */
  private static final Duration MOST_FOR_READS = Duration.ofSeconds(5);

  private static final int READS = 20;
  private static final int WRITES = 5;

  private final TestChunks chunks = new TestChunks(31);
  private final TestChunk chunk = chunks.full(1);

  private KvTier open(HttpKind http) {
    String name = http.name().toLowerCase(Locale.ROOT);
    return TestTiers.open(keys("http", name));
  }

  private void expectReadsInTime(KvTier tier) throws TierException {
    Deadline deadline = Deadline.after(MOST_FOR_READS);
    for (int i = 0; i < READS; i++) {
      assertThat(tier.contains(chunk.key(), deadline)).isTrue();
      assertThat(tier.read(chunk.key(), new RecordingSink(), deadline))
          .isEqualTo(ReadOutcome.FOUND);
    }
  }

  @ParameterizedTest
  @EnumSource(HttpKind.class)
  void readsAfterOneThatWasRefusedAreMadeAtOnce(HttpKind http) throws TierException {
    try (KvTier tier = open(http)) {
      assertThat(tier.write(chunk.bytes(), TestTiers.inTime())).isEqualTo(WriteResult.STORED);
      proxy.fail(SLOW_DOWN);
      assertThatThrownBy(
              () ->
                  tier.read(
                      chunk.key(), new RecordingSink(), Deadline.after(Duration.ofSeconds(1))))
          .isInstanceOf(TierException.class)
          .hasMessageContaining("503");
      assertThat(tier.counters()).containsEntry("fail.throttled", 1L);
      proxy.fail(Fault.none());
      expectReadsInTime(tier);
      assertThat(tier.counters())
          .containsEntry("fail.throttled", 1L)
          .containsEntry("fail.late", 0L)
          .containsEntry("read.chunks", (long) READS);
    }
  }

  @Test
  void writesAreHeldBackAndReadsBesideThemAreNot() throws TierException {
    try (KvTier tier = open(HttpKind.APACHE)) {
      assertThat(tier.write(chunk.bytes(), TestTiers.inTime())).isEqualTo(WriteResult.STORED);
      long before = proxy.requests("PUT");
      proxy.fail(SLOW_DOWN.when(exchange -> exchange.is("PUT")));
      for (int i = 0; i < WRITES; i++) {
        TestChunk other = chunks.full(2 + i);
        assertThatThrownBy(() -> tier.write(other.bytes(), Deadline.after(Duration.ofMillis(400))))
            .isInstanceOf(TierException.class);
      }
      // Not held back, each of them would have been sent.
      assertThat(proxy.requests("PUT") - before).isBetween(1L, WRITES - 1L);
      assertThat(tier.counters().get("fail.throttled")).isPositive();
      assertThat(tier.counters()).containsEntry("fail.unsent", 0L);
      expectReadsInTime(tier);
    }
  }
}
