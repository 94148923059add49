/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.Deadline;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.WriteResult;
import io.terrace.spi.kit.RecordingSink;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import io.terrace.tier.nfs.io.Volume;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several processes on one volume, and one that ends in the middle of its work. */
final class ProcessesTest {
  private static final int WRITES = 1000;

  /** What kind of volume it is. */
  private enum On {
    TEMPORARY,
    TMPFS,
    FUSE;

    Volume volume() throws IOException, InterruptedException {
      return switch (this) {
        case TEMPORARY -> Volume.temporary();
        case TMPFS -> Volume.tmpfs();
        case FUSE -> Volume.fuse();
      };
    }
  }

  private static Deadline inTime() {
    return Deadline.after(Duration.ofSeconds(60));
  }

  @ParameterizedTest
  @EnumSource
  void aKilledWriterLeavesWholeChunksAndPartsAlone(On on) throws Exception {
    try (Volume volume = on.volume()) {
      kill(volume.folder());
    }
  }

  private static void kill(Path root) throws Exception {
    Process writer = ChildJvm.start("write", root, WRITES);
    int written = 0;
    try (BufferedReader said = ChildJvm.said(writer)) {
      while (written < WRITES / 2) {
        written = Integer.parseInt(String.valueOf(said.readLine()));
      }
      writer.destroyForcibly().waitFor(); // SIGKILL
    }
    TestChunks chunks = new TestChunks(1);
    try (NfsTier tier = Opened.at(root).tier()) {
      int found = 0;
      for (int i = 0; i < WRITES; i++) {
        RecordingSink sink = new RecordingSink();
        TestChunk chunk = chunks.full(i);
        if (tier.read(chunk.key(), sink, inTime()) == ReadOutcome.FOUND) {
          found++;
          assertThat(sink.payload()).isEqualTo(chunk.payloadBytes());
        } else {
          assertThat(i).isGreaterThan(written);
        }
      }
      assertThat(found).isBetween(written + 1, WRITES - 1);
      for (Path part : Trees.ending(root, ".part")) {
        Files.setLastModifiedTime(part, FileTime.from(Instant.now().minusSeconds(7200)));
      }
      tier.collect(inTime());
      assertThat(Trees.ending(root, ".part")).isEmpty();
      assertThat(tier.write(chunks.full(WRITES).bytes(), inTime())).isEqualTo(WriteResult.STORED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void twoProcessesUnderLoadReadWholeChunksOrNone(On on) throws Exception {
    try (Volume volume = on.volume()) {
      load(volume.folder());
    }
  }

  private static void load(Path root) throws Exception {
    List<Process> both =
        List.of(ChildJvm.start("load", root, 200), ChildJvm.start("load", root, 200));
    for (Process process : both) {
      try (BufferedReader said = ChildJvm.said(process)) {
        String found = said.readLine();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(Integer.parseInt(String.valueOf(found))).isPositive();
      }
    }
    assertThat(Trees.ending(root, ".part")).isEmpty();
    long chunks = Trees.all(root).stream().filter(file -> Layout.key(file) != null).count();
    assertThat(chunks).isBetween(1L, (long) ChildJvm.CHUNKS);
    assertThat(new Layout(root).lock()).doesNotExist();
  }
}
