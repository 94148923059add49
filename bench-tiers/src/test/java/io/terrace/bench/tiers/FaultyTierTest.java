/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.bench.tiers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.Deadline;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.TierUnavailableException;
import io.terrace.spi.WriteResult;
import io.terrace.spi.format.ChunkFault;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.kit.InMemoryTier;
import io.terrace.spi.kit.RecordingContext;
import io.terrace.spi.kit.RecordingRequest;
import io.terrace.spi.kit.RecordingSink;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each fault does, by a clock of the test's own. */
final class FaultyTierTest {
  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final long TIMEOUT_MICROS = 250_000;

  private final FakeTicker ticker = new FakeTicker();
  private final TestChunks chunks = new TestChunks(1);
  private final TestChunk chunk = chunks.full(1);
  private final TestChunk other = chunks.full(2);
  private InMemoryTier inner = new InMemoryTier(new RecordingContext());

  /** A tier with two chunks, and one fault that is due. */
  private FaultyTier dueIn(Fault fault) throws Exception {
    ClassLoader loader = FaultyTierTest.class.getClassLoader();
    inner = new InMemoryTier(new RecordingContext());
    FaultClock clock = new FaultClock(7, Set.of(fault), EVERY, ticker);
    FaultyTier tier = new FaultyTier(new WrappedTier(inner, loader), clock, ticker);
    assertThat(tier.write(other.bytes(), Deadline.NEVER)).isEqualTo(WriteResult.STORED);
    assertThat(tier.write(chunk.bytes(), Deadline.NEVER)).isEqualTo(WriteResult.STORED);
    assertThat(struck(tier, fault)).as("not yet").isZero();
    for (int i = 0; i < 4 * fault.rarity(); i++) {
      ticker.sleep(EVERY.toNanos() / 4);
      clock.isDue(fault); // somebody calls
    }
    return tier;
  }

  private static long struck(FaultyTier tier, Fault fault) {
    return tier.counters().getOrDefault(fault.counter(), -1L);
  }

  private Deadline soon() {
    return Deadline.after(Duration.ofNanos(TIMEOUT_MICROS * 1_000), ticker::nanoTime);
  }

  private RecordingRequest request() {
    return new RecordingRequest(chunk.key(), new RecordingSink());
  }

  private static ChunkHeader header(RecordingSink sink) {
    return new ChunkHeader(MemorySegment.ofArray(sink.header()));
  }

  @Test
  void eachFaultIsAsRareAsItSays() throws Exception {
    for (Fault fault : Fault.values()) {
      FaultClock clock = new FaultClock(3, Set.of(fault), EVERY, ticker);
      long times = 0;
      for (int i = 0; i < 4_000; i++) {
        ticker.sleep(EVERY.toNanos() / 4);
        times += clock.strikes(fault) ? 1 : 0;
      }
      assertThat(times).as("%s", fault).isBetween(700L / fault.rarity(), 1_100L / fault.rarity());
      assertThat(clock.counts()).containsExactly(Map.entry(fault.counter(), times));
    }
  }

  @Test
  void whileNobodyCallsNothingBecomesDue() throws Exception {
    FaultClock clock = new FaultClock(3, Set.of(Fault.READ_FAILS), EVERY, ticker);
    ticker.sleep(100 * EVERY.toNanos());
    assertThat(clock.isDue(Fault.READ_FAILS)).isFalse();
    for (int i = 0; i < 4 * Fault.READ_FAILS.rarity(); i++) {
      ticker.sleep(EVERY.toNanos() / 4);
      clock.isDue(Fault.READ_FAILS);
    }
    assertThat(clock.isDue(Fault.READ_FAILS)).isTrue();
  }

  @Test
  void theSameSeedGivesTheSameTimes() throws Exception {
    FakeTicker second = new FakeTicker();
    FaultClock one = new FaultClock(5, EnumSet.allOf(Fault.class), EVERY, ticker);
    FaultClock two = new FaultClock(5, EnumSet.allOf(Fault.class), EVERY, second);
    for (int i = 0; i < 500; i++) {
      ticker.sleep(50_000_000);
      second.sleep(50_000_000);
      for (Fault fault : Fault.values()) {
        assertThat(one.strikes(fault)).isEqualTo(two.strikes(fault));
      }
    }
  }

  @Test
  void lookUpsFailBreakAndCannotReachTheStore() throws Exception {
    FaultyTier fails = dueIn(Fault.LOOK_FAILS);
    assertThatThrownBy(() -> fails.contains(chunk.key(), soon()))
        .isExactlyInstanceOf(TierException.class);
    assertThat(fails.contains(chunk.key(), soon())).as("once").isTrue();
    assertThat(struck(fails, Fault.LOOK_FAILS)).isEqualTo(1);
    FaultyTier breaks = dueIn(Fault.LOOK_BREAKS);
    assertThatThrownBy(() -> breaks.containsAll(List.of(chunk.key()), soon()))
        .isInstanceOf(IllegalStateException.class);
    FaultyTier unavailable = dueIn(Fault.UNAVAILABLE);
    assertThatThrownBy(() -> unavailable.containsAll(List.of(chunk.key()), soon()))
        .isInstanceOf(TierUnavailableException.class);
  }

  @Test
  void aHungLookUpComesBackAfterItsDeadline() throws Exception {
    FaultyTier tier = dueIn(Fault.LOOK_HANGS);
    Deadline deadline = soon();
    assertThat(tier.contains(chunk.key(), deadline)).isTrue();
    assertThat(deadline.isOver()).isTrue();
  }

  @Test
  void aHungReadWritesIntoItsMemoryAfterItsDeadline() throws Exception {
    FaultyTier tier = dueIn(Fault.READ_HANGS);
    RecordingSink sink = new RecordingSink();
    RecordingRequest request = new RecordingRequest(chunk.key(), sink);
    Deadline deadline = soon();
    tier.readAll(List.of(request), deadline);
    assertThat(deadline.isOver()).isTrue();
    assertThat(sink.payload()).containsOnly(0x5A);
    assertThat(request.ends()).containsExactly(ReadOutcome.FOUND);
  }

  @Test
  void readsFailAndBreak() throws Exception {
    RecordingRequest failed = request();
    dueIn(Fault.READ_FAILS).readAll(List.of(failed), soon());
    assertThat(failed.ends()).singleElement().isInstanceOf(TierException.class);
    RecordingSink sink = new RecordingSink();
    RecordingRequest broken = new RecordingRequest(chunk.key(), sink);
    FaultyTier tier = dueIn(Fault.READ_BREAKS);
    assertThatThrownBy(() -> tier.readAll(List.of(broken), soon()))
        .isInstanceOf(IllegalStateException.class);
    assertThat(broken.ends()).isEmpty();
    assertThat(sink.calls()).as("took its memory").isEqualTo(1);
  }

  /** Every fault of a chunk's bytes is one that a reader finds, and what is stored stays right. */
  @ParameterizedTest
  @EnumSource(
      names = {
        "HEADER_DAMAGED",
        "HEADER_CUT",
        "PAYLOAD_DAMAGED",
        "PAYLOAD_CUT",
        "OTHER_PAYLOAD",
        "OTHER_CHUNK"
      })
  void whatIsReadIsNotWhatIsStored(Fault fault) throws Exception {
    FaultyTier tier = dueIn(fault);
    RecordingSink sink = new RecordingSink();
    tier.readAll(List.of(new RecordingRequest(chunk.key(), sink)), soon());
    assertThat(struck(tier, fault)).isEqualTo(1);
    ChunkHeader read = header(sink);
    ChunkFault found = read.fault(sink.payloadBytes());
    if (found == null) {
      found = read.mismatch(chunk.key(), chunks.fingerprint(), TestChunks.SMALL);
    }
    if (found == null) {
      long checksum = read.checksumKind().of(sink.memory());
      assertThat(checksum).isNotEqualTo(read.payloadChecksum());
    }
    RecordingSink again = new RecordingSink();
    assertThat(tier.read(chunk.key(), again, soon())).isEqualTo(ReadOutcome.FOUND);
    assertThat(again.payload()).isEqualTo(chunk.payloadBytes());
    assertThat(again.header()).isEqualTo(chunk.headerBytes());
  }

  @Test
  void otherTokensUnderTheRightKeyHaveNoOtherFault() throws Exception {
    FaultyTier tier = dueIn(Fault.OTHER_TOKENS);
    RecordingSink sink = new RecordingSink();
    tier.readAll(List.of(new RecordingRequest(chunk.key(), sink)), soon());
    assertThat(struck(tier, Fault.OTHER_TOKENS)).isEqualTo(1);
    ChunkHeader read = header(sink);
    assertThat(read.fault(sink.payloadBytes())).isNull();
    assertThat(read.mismatch(chunk.key(), chunks.fingerprint(), TestChunks.SMALL)).isNull();
    assertThat(read.payloadChecksum()).isEqualTo(read.checksumKind().of(sink.memory()));
    assertThat(sink.payload()).isEqualTo(other.payloadBytes());
    assertThat(read.tokens()).isEqualTo(header(other).tokens());
    assertThat(read.parent()).isEqualTo(chunk.descriptor().parent());
  }

  private static ChunkHeader header(TestChunk chunk) {
    return new ChunkHeader(MemorySegment.ofArray(chunk.headerBytes()));
  }

  @Test
  void writesFindNoRoomForAWhile() throws Exception {
    FaultyTier full = dueIn(Fault.NO_ROOM);
    assertThat(full.write(chunks.full(3).bytes(), soon())).isEqualTo(WriteResult.NO_ROOM);
    assertThat(full.write(chunks.full(3).bytes(), soon())).isEqualTo(WriteResult.NO_ROOM);
    assertThat(struck(full, Fault.NO_ROOM)).as("one while").isEqualTo(1);
    ticker.sleep(EVERY.toNanos() * 5 / 4);
    assertThat(full.write(chunks.full(3).bytes(), soon())).isEqualTo(WriteResult.STORED);
  }

  @Test
  void writesFailBreakAndHang() throws Exception {
    FaultyTier disk = dueIn(Fault.DISK_FULL);
    assertThatThrownBy(() -> disk.write(chunks.full(4).bytes(), soon()))
        .hasMessageContaining("no space left");
    FaultyTier fails = dueIn(Fault.WRITE_FAILS);
    assertThatThrownBy(() -> fails.write(chunks.full(4).bytes(), soon()))
        .isExactlyInstanceOf(TierException.class);
    FaultyTier breaks = dueIn(Fault.WRITE_BREAKS);
    assertThatThrownBy(() -> breaks.write(chunks.full(4).bytes(), soon()))
        .isInstanceOf(IllegalStateException.class);
    Deadline deadline = soon();
    FaultyTier hangs = dueIn(Fault.WRITE_HANGS);
    assertThat(hangs.write(chunks.full(4).bytes(), deadline)).isEqualTo(WriteResult.STORED);
    assertThat(deadline.isOver()).isTrue();
  }

  @Test
  void aChunkGoesForGoodAndAllOthersForAWhile() throws Exception {
    FaultyTier gone = dueIn(Fault.CHUNK_GONE);
    assertThat(gone.read(chunk.key(), new RecordingSink(), soon())).isEqualTo(ReadOutcome.MISSING);
    assertThat(inner.contains(chunk.key(), Deadline.NEVER)).isFalse();
    FaultyTier empty = dueIn(Fault.EMPTY);
    assertThat(empty.containsAll(List.of(other.key()), soon()).isEmpty()).isTrue();
    assertThat(empty.read(other.key(), new RecordingSink(), soon())).isEqualTo(ReadOutcome.MISSING);
    ticker.sleep(EVERY.toNanos() * 5 / 4);
    assertThat(empty.read(other.key(), new RecordingSink(), soon())).isEqualTo(ReadOutcome.FOUND);
  }
}
