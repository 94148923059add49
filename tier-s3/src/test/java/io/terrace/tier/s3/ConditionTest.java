/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.KvTier;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import io.terrace.spi.kit.LogLines;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that do not know conditional writes, as they say so. */
final class ConditionTest extends ProxiedTest {
  private static final String CONDITION = "if-none-match";

  private final TestChunks chunks = new TestChunks(37);
  private final AtomicInteger conditions = new AtomicInteger();

  private KvTier open() {
    return TestTiers.open(keys());
  }

  /** Whether a request has a condition; those that have are counted. */
  private boolean isConditional(Exchange exchange) {
    boolean conditional = exchange.is("PUT") && exchange.hasHeader(CONDITION);
    if (conditional) {
      int ignored = conditions.incrementAndGet();
    }
    return conditional;
  }

  private static void store(KvTier tier, TestChunk chunk) throws TierException {
    assertThat(tier.write(chunk.bytes(), TestTiers.inTime())).isEqualTo(WriteResult.STORED);
  }

  @ParameterizedTest
  @CsvSource({
    "501, NotImplemented",
    "400, InvalidArgument",
    "400, NotImplemented",
    "405, MethodNotAllowed",
  })
  void serverThatKnowsNoneIsAskedOnceAndToldOfOnce(int status, String code) throws TierException {
    try (LogLines log = LogLines.of(Puts.class);
        KvTier tier = open()) {
      proxy.fail(Fault.error(status, code).when(this::isConditional));
      for (int i = 0; i < 3; i++) {
        store(tier, chunks.full(i));
        assertThat(tier.contains(chunks.full(i).key(), TestTiers.inTime())).isTrue();
      }
      assertThat(conditions).hasValue(1);
      assertThat(tier.counters()).containsEntry("write.chunks", 3L).containsEntry("fail.other", 0L);
      assertThat(log.texts())
          .singleElement()
          .asString()
          .contains(TestBucket.NAME, "no conditional writes", status + " " + code);
    }
  }

  /** A server that refuses what it has may be sent it; another is asked first. */
  @Test
  void serverThatKnowsNoneIsNotSentWhatItHas() throws TierException {
    try (KvTier tier = open()) {
      proxy.fail(Fault.error(501, "NotImplemented").when(this::isConditional));
      store(tier, chunks.full(0));
      store(tier, chunks.full(1));
      long puts = proxy.requests("PUT");
      assertThat(tier.write(chunks.full(1).bytes(), TestTiers.inTime()))
          .isEqualTo(WriteResult.PRESENT);
      assertThat(proxy.requests("PUT")).isEqualTo(puts);
    }
  }

  @Test
  void serverThatRefusesEverythingIsNotTakenForOneThatKnowsNone() throws TierException {
    try (LogLines log = LogLines.of(Puts.class);
        KvTier tier = open()) {
      proxy.fail(Fault.error(400, "InvalidArgument").when(exchange -> exchange.is("PUT")));
      assertThatThrownBy(() -> tier.write(chunks.full(1).bytes(), TestTiers.inTime()))
          .isInstanceOf(TierException.class)
          .hasMessageContaining("400 InvalidArgument");
      assertThat(tier.counters()).containsEntry("fail.other", 1L);
      assertThat(log.texts()).isEmpty();
      proxy.fail(Fault.none().when(this::isConditional));
      store(tier, chunks.full(1));
      assertThat(conditions).hasValue(1);
    }
  }

  @Test
  void refusalForAnotherReasonIsNotSentAgain() {
    try (KvTier tier = open()) {
      proxy.fail(Fault.error(400, "InvalidStorageClass").when(exchange -> exchange.is("PUT")));
      assertThatThrownBy(() -> tier.write(chunks.full(1).bytes(), TestTiers.inTime()))
          .isInstanceOf(TierException.class)
          .hasMessageContaining("InvalidStorageClass");
      assertThat(proxy.requests("PUT")).isOne();
    }
  }
}
