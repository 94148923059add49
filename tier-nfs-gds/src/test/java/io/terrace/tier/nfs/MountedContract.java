/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.kit.RecordingContext;
import io.terrace.spi.kit.RecordingSink;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import io.terrace.tier.nfs.io.ReadWay;
import io.terrace.tier.nfs.io.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.opentest4j.TestAbortedException;

/** The rules on a file system that is mounted for them, read and written in one way. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class MountedContract extends NfsContract {
  private static final int STEPS = 50;

  private @Nullable TestAbortedException absence;
  private @Nullable Volume mounted;

  /** Reports show what single tests say, and nothing of what is thrown before all of them. */
  @RegisterExtension
  final BeforeEachCallback reason =
      context -> {
        if (absence != null) {
          throw absence;
        }
      };

  private String name = UUID.randomUUID().toString();

  /** Mounts it; aborts where that is not possible here. */
  abstract Volume mount() throws IOException, InterruptedException;

  /** How files are read, and written. */
  abstract ReadWay way();

  @BeforeAll
  void begin() throws IOException, InterruptedException {
    try {
      mounted = mount();
      Ways.require(way(), mounted.folder());
    } catch (TestAbortedException e) {
      absence = e;
    }
  }

  @AfterAll
  void end() throws IOException {
    if (mounted != null) {
      mounted.close();
    }
  }

  /** The next test has a folder of its own. */
  @AfterEach
  void leaveFolder() {
    name = UUID.randomUUID().toString();
  }

  @Override
  Path folder() {
    return Objects.requireNonNull(mounted).folder().resolve(name);
  }

  @Override
  Opened opened(Path root) {
    return Opened.at(root).read(way());
  }

  /** Thousands of files take too long for each way: some of them are tried below. */
  @Override
  protected boolean damage(ChunkKey key, UnaryOperator<byte[]> change) throws IOException {
    return false;
  }

  @Override
  protected int rounds() {
    return 10;
  }

  @Test
  void aSampleOfDamageIsHandedOutAsItIsOrFails() throws Exception {
    TestChunk chunk = new TestChunks(11).full(1);
    try (KvTier tier = open(new RecordingContext())) {
      assertThat(tier.write(chunk.bytes(), inTime())).isEqualTo(WriteResult.STORED);
      byte[] whole = Arrays.copyOf(chunk.headerBytes(), (int) chunk.bytes().storedBytes());
      byte[] payload = chunk.payloadBytes();
      System.arraycopy(payload, 0, whole, ChunkHeader.BYTES, payload.length);
      for (int i = 0; i < STEPS; i++) {
        byte[] flipped = whole.clone();
        flipped[i * (whole.length / STEPS)] ^= (byte) (1 << (i % 8));
        expectAsItIs(tier, chunk.key(), flipped);
        expectAsItIs(tier, chunk.key(), Arrays.copyOf(whole, i * (whole.length / STEPS)));
      }
      expectAsItIs(tier, chunk.key(), whole);
    }
  }

  private void expectAsItIs(KvTier tier, ChunkKey key, byte[] stored) throws IOException {
    assertThat(damaged(key, bytes -> stored)).isTrue();
    RecordingSink sink = new RecordingSink();
    try {
      assertThat(tier.read(key, sink, inTime())).isEqualTo(ReadOutcome.FOUND);
    } catch (TierException e) {
      return;
    }
    int header = Math.min(ChunkHeader.BYTES, stored.length);
    assertThat(sink.header()).isEqualTo(Arrays.copyOf(stored, header));
    assertThat(sink.payload()).isEqualTo(Arrays.copyOfRange(stored, header, stored.length));
  }

  @Test
  void bytesGoTheWayThatIsSet() throws Exception {
    TestChunk chunk = new TestChunks(12).full(1);
    try (KvTier tier = open(new RecordingContext())) {
      tier.write(chunk.bytes(), inTime());
      assertThat(tier.read(chunk.key(), new RecordingSink(), inTime()))
          .isEqualTo(ReadOutcome.FOUND);
      long bytes = chunk.bytes().storedBytes();
      assertThat(tier.counters()).containsEntry("read." + way().word() + ".bytes", bytes);
      String writes = way() == ReadWay.CHANNEL ? "channel" : "direct";
      assertThat(tier.counters()).containsEntry("write." + writes + ".bytes", bytes);
    }
    assertThat(Files.size(new Layout(folder().resolve("root")).file(chunk.key())))
        .isEqualTo(chunk.bytes().storedBytes());
  }

  private static Deadline inTime() {
    return Deadline.after(Duration.ofSeconds(60));
  }
}
