/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.DataType;
import io.terrace.spi.Deadline;
import io.terrace.spi.Finding;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.TierUnavailableException;
import io.terrace.spi.WriteResult;
import io.terrace.spi.kit.RecordingSink;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import io.terrace.tier.nfs.io.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a volume can do to a tier: be full, be read-only, go, and come back. */
final class VolumeTest {
  @TempDir private Path temporary;

  private final TestChunks chunks = new TestChunks(11);

  private static Deadline inTime() {
    return Deadline.after(Duration.ofSeconds(60));
  }

  private static WriteResult write(NfsTier tier, TestChunk chunk) throws TierException {
    return tier.write(chunk.bytes(), inTime());
  }

  private static void expectFound(NfsTier tier, TestChunk chunk) throws TierException {
    RecordingSink sink = new RecordingSink();
    assertThat(tier.read(chunk.key(), sink, inTime())).isEqualTo(ReadOutcome.FOUND);
    assertThat(sink.payload()).isEqualTo(chunk.payloadBytes());
  }

  private static TestChunk large(TestChunks chunks, int number) {
    return chunks.full(number, new PageGeometry(4, 4, 64, 128, DataType.F32)); // 1 MiB
  }

  @Test
  void aFullVolumeIsLeftAloneForAWhileAndRead() throws Exception {
    try (Volume small = Volume.small(4);
        NfsTier tier = Opened.at(small.folder()).tier()) {
      TestChunk first = large(chunks, 0);
      assertThat(write(tier, first)).isEqualTo(WriteResult.STORED);
      WriteResult result = WriteResult.STORED;
      int number = 1;
      while (result == WriteResult.STORED) {
        result = write(tier, large(chunks, number++));
      }
      assertThat(result).isEqualTo(WriteResult.NO_ROOM);
      assertThat(number).isLessThanOrEqualTo(5);
      assertThat(tier.counters()).containsEntry("write.disk.full", 1L);
      assertThat(write(tier, large(chunks, number))).isEqualTo(WriteResult.NO_ROOM);
      assertThat(tier.counters()).containsEntry("write.paused", 1L);
      assertThat(Trees.ending(small.folder(), ".part")).isEmpty();
      expectFound(tier, first);
    }
  }

  @Test
  void aFullVolumeIsCollected() throws Exception {
    try (Volume small = Volume.small(4);
        NfsTier writer = Opened.at(small.folder()).tier();
        NfsTier collector = Opened.at(small.folder()).capacity(2 << 20).tier()) {
      for (int number = 0; write(writer, large(chunks, number)) == WriteResult.STORED; number++) {
        assertThat(number).isLessThan(5);
      }
      assertThat(collector.collect(inTime()).chunks()).isPositive();
      TestChunk next = large(chunks, 10);
      assertThat(write(collector, next)).isEqualTo(WriteResult.STORED);
      expectFound(writer, next);
    }
  }

  @Test
  void aVolumeThatMayOnlyBeReadIsRead() throws Exception {
    Path root = Files.createDirectory(temporary.resolve("root"));
    TestChunk stored = chunks.full(1);
    try (NfsTier writer = Opened.at(root).tier()) {
      write(writer, stored);
    }
    try (Volume readOnly = Volume.readOnly(root);
        NfsTier tier = Opened.at(readOnly.folder()).tier()) {
      expectFound(tier, stored);
      assertThat(write(tier, chunks.full(2))).isEqualTo(WriteResult.NO_ROOM);
      assertThat(write(tier, chunks.full(3))).isEqualTo(WriteResult.NO_ROOM);
      assertThat(write(tier, stored)).isEqualTo(WriteResult.PRESENT);
      assertThat(tier.counters())
          .containsEntry("write.readonly", 1L)
          .containsEntry("write.paused", 1L)
          .containsEntry("write.failed", 0L);
      assertThat(tier.examine(inTime()))
          .filteredOn(f -> f.subject().equals("writing"))
          .singleElement()
          .satisfies(f -> assertThat(f.level()).isEqualTo(Finding.Level.BAD))
          .satisfies(f -> assertThat(f.text()).containsIgnoringCase("read-only file system"))
          .satisfies(f -> assertThat(f.advice()).startsWith("mount it"));
    }
  }

  @Test
  void aVolumeThatGoesComesBack() throws Exception {
    Path root = Files.createDirectory(temporary.resolve("root"));
    Path away = temporary.resolve("away");
    try (NfsTier tier = Opened.at(root).tier()) {
      TestChunk chunk = chunks.full(1);
      write(tier, chunk);
      tier.collect(inTime());
      Files.move(root, away);
      assertThatThrownBy(() -> write(tier, chunks.full(2)))
          .isInstanceOf(TierUnavailableException.class)
          .hasMessageContaining("is gone");
      assertThatThrownBy(() -> tier.read(chunk.key(), new RecordingSink(), inTime()))
          .isInstanceOf(TierUnavailableException.class);
      assertThat(root).doesNotExist();
      Files.move(away, root);
      expectFound(tier, chunk);
      assertThat(write(tier, chunks.full(2))).isEqualTo(WriteResult.STORED);
      assertThat(tier.counters().get("volume.gone")).isPositive();
    }
  }

  @Test
  void aFolderThatIsMadeAnewIsUsed() throws Exception {
    Path root = Files.createDirectory(temporary.resolve("root"));
    try (NfsTier tier = Opened.at(root).tier()) {
      write(tier, chunks.full(1));
      tier.collect(inTime()); // the sum that the write began makes files of its own
      Trees.delete(root);
      Files.createDirectory(root);
      assertThat(tier.read(chunks.full(1).key(), new RecordingSink(), inTime()))
          .isEqualTo(ReadOutcome.MISSING);
      assertThat(write(tier, chunks.full(1))).isEqualTo(WriteResult.STORED);
      expectFound(tier, chunks.full(1));
    }
  }

  @Test
  void whatIsUnmountedIsNotWrittenOnTheDiskBelow() throws Exception {
    Volume small = Volume.small(4);
    Path root = small.folder();
    NfsTier tier = Opened.at(root).tier();
    try (tier) {
      write(tier, chunks.full(1));
      tier.collect(inTime()); // the sum that the write began has its folders open
      small.takeAway();
      assertThatThrownBy(() -> write(tier, chunks.full(2)))
          .isInstanceOf(TierUnavailableException.class)
          .hasMessageContaining("another file system is there");
      assertThat(Trees.all(root)).containsExactly(root);
    } finally {
      small.remove();
    }
  }

  /** Whoever closes a tier may delete its folder, or unmount it. */
  @RepeatedTest(50)
  void whatWasBegunAndLeftHasEndedWhenTheTierIsClosed(RepetitionInfo repetition) throws Exception {
    Path root = Files.createDirectories(temporary.resolve("root"));
    NfsTier tier = Opened.at(root).tier();
    List<Thread> left = new ArrayList<>();
    for (Leaving call : List.<Leaving>of(tier::examine, tier::collect)) {
      left.add(Thread.ofPlatform().start(() -> leave(call)));
    }
    LockSupport.parkNanos(Duration.ofNanos(40_000L * repetition.getCurrentRepetition()).toNanos());
    for (Thread each : left) {
      each.interrupt();
      each.join();
    }
    tier.close();
    List<Path> atClose = Trees.all(root);
    LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    assertThat(Trees.all(root)).isEqualTo(atClose);
    assertThat(atClose).noneMatch(file -> file.toString().contains(".doctor."));
  }

  private static void leave(Leaving call) {
    try {
      call.until(inTime());
    } catch (TierException e) {
      assertThat(e).hasMessageContaining("interrupted");
    }
  }

  /** A call that can be left before it ends. */
  @FunctionalInterface
  private interface Leaving {
    void until(Deadline deadline) throws TierException;
  }

  @Test
  void messagesNameNoChunkWhole() throws IOException {
    Path root = Files.createDirectory(temporary.resolve("root"));
    try (NfsTier tier = Opened.at(root).tier()) {
      TestChunk chunk = chunks.full(1);
      Files.createDirectories(new Layout(root).file(chunk.key())); // a folder where a file belongs
      assertThatThrownBy(() -> tier.read(chunk.key(), new RecordingSink(), inTime()))
          .isInstanceOf(TierException.class)
          .hasMessageContaining(chunk.key().toString())
          .hasMessageNotContaining(chunk.key().hex())
          .hasNoCause();
    }
  }
}
