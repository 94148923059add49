/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.DataType;
import io.terrace.spi.Deadline;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a look-up remembers, and what a read costs in heap. */
final class LookUpTest {
  private static final int READS = 200;

  @TempDir private Path root;

  private final TestChunks chunks = new TestChunks(9);

  private static Deadline inTime() {
    return Deadline.after(Duration.ofSeconds(60));
  }

  @Test
  void theVolumesWordIsBelievedForAWhile() throws Exception {
    ChunkKey key = chunks.full(1).key();
    try (NfsTier other = Opened.at(root).tier();
        NfsTier tier = Opened.at(root).presenceAge(Duration.ofMinutes(5)).tier()) {
      assertThat(tier.contains(key, inTime())).isFalse();
      other.write(chunks.full(1).bytes(), inTime());
      assertThat(tier.contains(key, inTime())).isFalse();
      assertThat(tier.counters()).containsEntry("presence.remembered", 1L);
      tier.remove(key, inTime());
      tier.write(chunks.full(1).bytes(), inTime());
      assertThat(tier.contains(key, inTime())).isTrue(); // its own writes it knows at once
      tier.setAside(key, "test", inTime());
      assertThat(tier.contains(key, inTime())).isFalse();
    }
  }

  @Test
  void whatIsRememberedIsForgottenInTimeAndBounded() {
    long[] now = new long[1];
    Presence presence = new Presence(Duration.ofSeconds(1), () -> now[0]);
    ChunkKey first = chunks.absent(0);
    presence.saw(first, true);
    assertThat(presence.find(first)).isTrue();
    now[0] = Duration.ofSeconds(1).toNanos() - 1;
    assertThat(presence.find(first)).isTrue();
    now[0]++;
    assertThat(presence.find(first)).isNull();
    presence.saw(first, false);
    assertThat(presence.find(first)).isFalse();
    for (int i = 1; i <= 1 << 16; i++) {
      presence.saw(ChunkKey.parse(String.format("%064x", i)), false);
    }
    assertThat(presence.find(first)).isNull();
  }

  @Test
  void theHeapThatAReadTakesDoesNotGrowWithTheChunk() throws Exception {
    TestChunk small = chunks.full(1);
    TestChunk large = chunks.full(2, new PageGeometry(8, 8, 64, 256, DataType.F32)); // 8 MiB
    try (NfsTier tier = Opened.at(root).threads(1).tier();
        Arena arena = Arena.ofShared()) {
      tier.write(small.bytes(), inTime());
      tier.write(large.bytes(), inTime());
      MemorySegment memory = arena.allocate(large.payload().byteSize(), 4096);
      bytesPerRead(tier, small.key(), memory); // whatever the first reads set up
      long least = bytesPerRead(tier, small.key(), memory);
      long most = bytesPerRead(tier, large.key(), memory);
      assertThat(most).isLessThan(least + 4096);
    }
  }

  /** Of all threads, the tier's own among them. */
  private static long bytesPerRead(NfsTier tier, ChunkKey key, MemorySegment memory)
      throws TierException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getTotalThreadAllocatedBytes();
    for (int i = 0; i < READS; i++) {
      ReadOutcome outcome = tier.read(key, (header, bytes) -> memory.asSlice(0, bytes), inTime());
      assertThat(outcome).isEqualTo(ReadOutcome.FOUND);
    }
    return (threads.getTotalThreadAllocatedBytes() - before) / READS;
  }
}
