/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.Deadline;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.kit.RecordingContext;
import io.terrace.spi.kit.RecordingSink;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import io.terrace.tier.nfs.FailingReads.At;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Stale handles are opened again, I/O errors fail the read: both are counted. */
final class FailingVolumeTest {
  @TempDir private Path root;

  private final TestChunk chunk = new TestChunks(5).full(1);

  private static Deadline inTime() {
    return Deadline.after(Duration.ofSeconds(60));
  }

  private NfsTier open(FailingReads reads) throws IOException, TierException {
    NfsTier tier = Opened.at(root).tier(new RecordingContext(), reads);
    tier.write(chunk.bytes(), inTime());
    return tier;
  }

  private void expectFound(NfsTier tier) throws TierException {
    RecordingSink sink = new RecordingSink();
    assertThat(tier.read(chunk.key(), sink, inTime())).isEqualTo(ReadOutcome.FOUND);
    assertThat(sink.payload()).isEqualTo(chunk.payloadBytes());
  }

  private void expectFails(NfsTier tier, String reason) {
    assertThatThrownBy(() -> tier.read(chunk.key(), new RecordingSink(), inTime()))
        .isInstanceOf(TierException.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource({"OPEN, 1", "OPEN, 2", "HEADER, 1", "HEADER, 2"})
  void aStaleFileIsOpenedAgain(At at, int times) throws Exception {
    FailingReads reads = new FailingReads(at, FailingReads.ESTALE, times);
    try (NfsTier tier = open(reads)) {
      expectFound(tier);
      assertThat(reads.opened()).isEqualTo(times + 1);
      assertThat(reads.open()).isZero();
      assertThat(tier.counters())
          .containsEntry("miss.stale", (long) times)
          .containsEntry("miss.io", 0L)
          .containsEntry("read.chunks", 1L);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"OPEN", "HEADER"})
  void aFileThatStaysStaleFailsTheReadAfterThreeAttempts(At at) throws Exception {
    FailingReads reads = new FailingReads(at, FailingReads.ESTALE, 3);
    try (NfsTier tier = open(reads)) {
      expectFails(tier, "ESTALE");
      assertThat(reads.opened()).isEqualTo(3);
      assertThat(reads.open()).isZero();
      assertThat(tier.counters()).containsEntry("miss.stale", 3L).containsEntry("read.chunks", 0L);
      expectFound(tier);
    }
  }

  /** Memory of the caller may have been filled in part: the read is not begun again. */
  @Test
  void aPayloadThatGoesStaleFailsTheRead() throws Exception {
    FailingReads reads = new FailingReads(At.PAYLOAD, FailingReads.ESTALE, 1);
    try (NfsTier tier = open(reads)) {
      expectFails(tier, "ESTALE");
      assertThat(reads.opened()).isEqualTo(1);
      assertThat(tier.counters()).containsEntry("miss.stale", 1L).containsEntry("miss.io", 0L);
      expectFound(tier);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anErrorOfTheDeviceFailsTheReadAtOnce(At at) throws Exception {
    FailingReads reads = new FailingReads(at, FailingReads.EIO, 1);
    try (NfsTier tier = open(reads)) {
      expectFails(tier, "Input/output error (EIO)");
      assertThat(reads.opened()).isEqualTo(1);
      assertThat(tier.counters()).containsEntry("miss.io", 1L).containsEntry("miss.stale", 0L);
      expectFound(tier);
      assertThat(reads.open()).isZero();
    }
  }
}
