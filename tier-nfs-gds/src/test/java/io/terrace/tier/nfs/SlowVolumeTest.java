/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.ChunkSink;
import io.terrace.spi.Deadline;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.TierUnavailableException;
import io.terrace.spi.kit.RecordingContext;
import io.terrace.spi.kit.RecordingSink;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A volume that stands still holds no caller beyond its deadline, and spoils no memory. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SlowVolumeTest {
  @TempDir private Path root;

  private final SlowReads reads = new SlowReads();
  private final TestChunk chunk = new TestChunks(5).full(1);
  private NfsTier tier;

  @BeforeEach
  void open() throws IOException, TierException {
    tier = Opened.at(root).threads(2).tier(new RecordingContext(), reads);
    tier.write(chunk.bytes(), Deadline.NEVER);
  }

  @AfterEach
  void close() {
    reads.goOn();
    tier.close();
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofMillis(50));
  }

  private void expectFound() throws TierException {
    RecordingSink sink = new RecordingSink();
    assertThat(tier.read(chunk.key(), sink, Deadline.NEVER)).isEqualTo(ReadOutcome.FOUND);
    assertThat(sink.payload()).isEqualTo(chunk.payloadBytes());
  }

  private void untilNothingIsOpen() {
    while (reads.openFiles() > 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aFileThatDoesNotOpenIsLeftAtTheDeadline() throws Exception {
    reads.stopOpening();
    RecordingSink sink = new RecordingSink();
    assertThatThrownBy(() -> tier.read(chunk.key(), sink, soon()))
        .isInstanceOf(TierException.class)
        .hasMessageContaining("by the deadline");
    assertThat(sink.calls()).isZero();
    reads.goOn();
    untilNothingIsOpen(); // what opened late was closed
    expectFound();
  }

  @Test
  void aVolumeThatHoldsAllThreadsIsUnavailable() throws Exception {
    reads.stopOpening();
    while (reads.asked() < 2) { // on a machine that is busy a thread may begin too late
      assertThatThrownBy(() -> tier.read(chunk.key(), new RecordingSink(), soon()))
          .isInstanceOf(TierException.class);
    }
    assertThatThrownBy(() -> tier.read(chunk.key(), new RecordingSink(), soon()))
        .isInstanceOf(TierUnavailableException.class)
        .hasMessageContaining("all threads wait");
    reads.goOn();
    expectFound();
  }

  @Test
  void aReadThatIsLateEndsBeforeItsMemoryGoesBack() throws Exception {
    reads.stopReading();
    RecordingSink sink;
    do { // on a machine that is busy the file may open too late
      sink = readLate();
    } while (sink.calls() == 0);
    untilNothingIsOpen();
    assertThat(tier.counters().get("miss.late")).isEqualTo(1);
    reads.goOn();
    assertThat(sink.payload()).containsOnly(RecordingSink.EMPTY);
    expectFound();
  }

  private RecordingSink readLate() {
    RecordingSink sink = new RecordingSink();
    assertThatThrownBy(() -> tier.read(chunk.key(), sink, soon()))
        .isInstanceOf(TierException.class)
        .hasMessageContaining("by the deadline");
    return sink;
  }

  @Test
  void aTierThatIsClosedBetweenHeaderAndPayloadClosesTheFile() {
    ChunkSink closing =
        (header, bytes) -> {
          tier.close();
          return Arena.ofAuto().allocate(bytes);
        };
    assertThatThrownBy(() -> tier.read(chunk.key(), closing, Deadline.NEVER))
        .isInstanceOf(TierException.class)
        .hasMessageContaining("the tier is closed");
    assertThat(reads.openFiles()).isZero();
  }

  @Test
  void anInterruptEndsAReadOfWhichTheDeadlineIsFar() throws Exception {
    reads.stopReading();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    AtomicReference<Boolean> flag = new AtomicReference<>();
    RecordingSink sink = new RecordingSink();
    Thread reader =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    tier.read(chunk.key(), sink, Deadline.NEVER);
                  } catch (TierException e) {
                    thrown.set(e);
                  }
                  flag.set(Thread.currentThread().isInterrupted());
                });
    while (reads.openFiles() == 0) {
      Thread.onSpinWait();
    }
    reader.interrupt();
    reader.join();
    assertThat(thrown.get()).isInstanceOf(TierException.class);
    assertThat(flag.get()).isTrue();
    expectFoundAfter(sink);
  }

  private void expectFoundAfter(RecordingSink sink) throws TierException {
    reads.goOn();
    untilNothingIsOpen();
    if (sink.calls() > 0) {
      assertThat(sink.payload()).containsOnly(RecordingSink.EMPTY);
    }
    expectFound();
  }
}
