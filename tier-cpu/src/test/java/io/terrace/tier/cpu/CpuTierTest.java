/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.cpu;

import static io.terrace.tier.cpu.Chunks.LARGE;
import static io.terrace.tier.cpu.Chunks.SMALL;
import static io.terrace.tier.cpu.Chunks.SOON;
import static io.terrace.tier.cpu.Chunks.chunk;
import static io.terrace.tier.cpu.Chunks.key;
import static io.terrace.tier.cpu.Chunks.tail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.DataType;
import io.terrace.spi.KvTier;
import io.terrace.spi.Page;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.WriteResult;
import io.terrace.spi.eviction.LeastRecentlyUsed;
import io.terrace.spi.kit.RecordingSink;
import java.lang.foreign.MemorySegment;
import java.time.InstantSource;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the tier does beyond {@link KvTier}, one thing a test. Capacity: four small pages. */
final class CpuTierTest {
  private static final int CAPACITY = 4 * 64;

  private final RecordingContext context = new RecordingContext();
  private final CpuTier tier =
      new CpuTier(CAPACITY, new LeastRecentlyUsed(), InstantSource.system(), context);

  CpuTierTest() {
    context.watch(tier);
  }

  @Test
  void theVeryPageIsKeptAndLent() {
    FakePage page = new FakePage(SMALL, 7);
    assertThat(tier.write(chunk(1, 0, page), SOON)).isEqualTo(WriteResult.STORED);
    assertThat(page.references()).isEqualTo(2);
    page.release();
    assertThat(tier.contains(key(1), SOON)).isTrue();
    assertThat(lease(1)).isSameAs(page);
    assertThat(page.references()).isEqualTo(2);
    assertThat(tier.usedBytes()).isEqualTo(64);
  }

  @Test
  void whatIsNotHereIsAMiss() {
    RecordingSink sink = new RecordingSink();
    assertThat(tier.contains(key(1), SOON)).isFalse();
    assertThat(tier.lease(key(1), SOON)).isNull();
    assertThat(tier.read(key(1), sink, SOON)).isEqualTo(ReadOutcome.MISSING);
    assertThat(sink.calls()).isZero();
    tier.remove(key(1), SOON);
    assertThat(tier.reclaim(1)).isZero();
  }

  @Test
  void readCopiesThePageAndNothingBehindIt() {
    FakePage page = store(1, 0);
    RecordingSink sink = new RecordingSink();
    assertThat(tier.read(key(1), sink, SOON)).isEqualTo(ReadOutcome.FOUND);
    assertThat(sink.payload()).hasSize(64).containsOnly(1);
    assertThat(sink.isUntouchedAround()).isTrue();
    MemorySegment small = MemorySegment.ofArray(new byte[63]);
    assertThatThrownBy(() -> tier.read(key(1), (header, bytes) -> small, SOON))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a payload of 64 bytes does not fit memory of 63");
    assertThat(page.references()).as("a read keeps no reference, failed or not").isEqualTo(1);
  }

  @Test
  void aSecondWriteChangesNothing() {
    FakePage first = store(1, 0);
    FakePage second = new FakePage(SMALL, 2);
    assertThat(tier.write(chunk(1, 0, second), SOON)).isEqualTo(WriteResult.PRESENT);
    assertThat(second.references()).isEqualTo(1);
    assertThat(lease(1)).isSameAs(first);
    assertThat(tier.usedBytes()).isEqualTo(64);
  }

  @Test
  void aTailTakesThePlaceOfTheOneBefore() {
    FakePage first = new FakePage(SMALL, 1);
    store(9, 0);
    assertThat(tier.write(tail(1, 9, 1, first), SOON)).isEqualTo(WriteResult.STORED);
    first.release();
    Page used = lease(1);
    FakePage second = new FakePage(SMALL, 2);
    assertThat(tier.write(tail(1, 9, 3, second), SOON)).isEqualTo(WriteResult.STORED);
    second.release();
    assertThat(lease(1)).isSameAs(second);
    assertThat(used.references()).as("valid for its reader").isEqualTo(1);
    assertThat(tier.usedBytes()).isEqualTo(2 * 64);
    assertThat(context.evicted()).isEmpty();
    RecordingSink sink = new RecordingSink();
    tier.read(key(1), sink, SOON);
    assertThat(sink.payload()).as("3 of 4 positions").hasSize(48).containsOnly(2);
  }

  @Test
  void aTailThatDoesNotFitIsGivenUpWithTheOneBefore() {
    store(1, 0).retain();
    store(2, 0).retain();
    store(3, 0).retain();
    FakePage first = new FakePage(SMALL, 4);
    tier.write(tail(4, 0, 1, first), SOON);
    first.release();
    FakePage second = new FakePage(LARGE, 4);
    assertThat(tier.write(tail(4, 0, 2, second), SOON)).isEqualTo(WriteResult.NO_ROOM);
    assertThat(context.evicted()).containsExactly(key(4));
    assertThat(first.references()).isZero();
    assertThat(second.references()).isEqualTo(1);
    assertThat(tier.usedBytes()).isEqualTo(3 * 64);
  }

  @Test
  void anOrphanIsRefused() {
    FakePage page = new FakePage(SMALL, 1);
    assertThat(tier.write(chunk(2, 1, page), SOON)).isEqualTo(WriteResult.ORPHAN);
    assertThat(page.references()).isEqualTo(1);
    assertThat(tier.contains(key(2), SOON)).isFalse();
  }

  @Test
  void aChunkGoesBeforeItsParent() {
    chainOf(4);
    store(5, 0);
    assertThat(context.evicted()).containsExactly(key(4));
    store(6, 0);
    assertThat(context.evicted()).containsExactly(key(4), key(3));
  }

  /** The parent is the only leaf that could go. */
  @Test
  void aParentDoesNotMakeRoomForItsChild() {
    chainOf(3);
    FakePage page = new FakePage(LARGE, 9);
    assertThat(tier.write(chunk(4, 3, page), SOON)).isEqualTo(WriteResult.NO_ROOM);
    assertThat(page.references()).isEqualTo(1);
    assertThat(context.evicted()).isEmpty();
    store(5, 0);
    store(6, 0);
    assertThat(context.evicted()).as("3 is a leaf again").containsExactly(key(3));
  }

  @Test
  void whatIsInUseStays() {
    store(1, 0);
    store(2, 0);
    Page one = lease(1);
    Page two = lease(2);
    store(3, 0);
    store(4, 0);
    store(5, 0);
    assertThat(context.evicted()).containsExactly(key(3));
    assertThat(tier.reclaim(Long.MAX_VALUE)).isEqualTo(2 * 64);
    assertThat(tier.contains(key(1), SOON)).isTrue();
    one.release();
    assertThat(tier.reclaim(Long.MAX_VALUE)).isEqualTo(64);
    two.release();
    assertThat(tier.reclaim(Long.MAX_VALUE)).isEqualTo(64);
    assertThat(tier.usedBytes()).isZero();
  }

  @Test
  void noRoomWhenAllIsInUse() {
    for (int i = 1; i <= 4; i++) {
      store(i, 0).retain();
    }
    FakePage page = new FakePage(SMALL, 5);
    assertThat(tier.write(chunk(5, 0, page), SOON)).isEqualTo(WriteResult.NO_ROOM);
    assertThat(page.references()).isEqualTo(1);
    assertThat(context.evicted()).isEmpty();
  }

  @Test
  void aChunkThatCanNeverFitEvictsNothing() {
    chainOf(4);
    PageGeometry huge = new PageGeometry(5, 1, 2, 4, DataType.F32);
    assertThat(tier.write(chunk(9, 0, new FakePage(huge, 1)), SOON)).isEqualTo(WriteResult.NO_ROOM);
    assertThat(context.evicted()).isEmpty();
    assertThat(tier.usedBytes()).isEqualTo(CAPACITY);
  }

  @Test
  void removeTakesAllThatFollowAndTellsNobody() {
    FakePage root = store(1, 0);
    FakePage left = store(2, 1);
    FakePage leftLeft = store(3, 2);
    store(4, 1);
    leftLeft.retain(); // somebody reads it
    tier.remove(key(2), SOON);
    assertThat(tier.contains(key(1), SOON)).isTrue();
    assertThat(tier.contains(key(4), SOON)).isTrue();
    assertThat(tier.contains(key(2), SOON)).isFalse();
    assertThat(tier.contains(key(3), SOON)).isFalse();
    assertThat(left.references()).isZero();
    assertThat(leftLeft.references()).as("valid for its reader").isEqualTo(1);
    assertThat(tier.usedBytes()).isEqualTo(2 * 64);
    tier.remove(key(1), SOON);
    assertThat(root.references()).isZero();
    assertThat(tier.usedBytes()).isZero();
    assertThat(context.evicted()).isEmpty();
  }

  @Test
  void aLongChainIsRemovedAtOnce() {
    int length = 30_000; // too many for a stack
    try (CpuTier large =
        new CpuTier(64L * length, new LeastRecentlyUsed(), InstantSource.system(), context)) {
      for (int i = 1; i <= length; i++) {
        FakePage page = new FakePage(SMALL, 1);
        assertThat(large.write(chunk(i, i - 1, page), SOON)).isEqualTo(WriteResult.STORED);
        page.release();
      }
      large.remove(key(1), SOON);
      assertThat(large.usedBytes()).isZero();
    }
  }

  @Test
  void reclaimGivesAsMuchAsWanted() {
    chainOf(4);
    assertThat(tier.reclaim(65)).isEqualTo(2 * 64);
    assertThat(context.evicted()).containsExactly(key(4), key(3));
    assertThat(tier.reclaim(0)).isZero();
  }

  @Test
  void afterCloseNothingIsFoundAndNothingStored() {
    FakePage parent = store(1, 0);
    FakePage child = store(2, 1);
    Page used = lease(2);
    tier.close();
    assertThat(parent.references()).isZero();
    assertThat(child.references()).isEqualTo(1);
    assertThat(tier.lease(key(1), SOON)).isNull();
    assertThat(tier.write(chunk(3, 0, new FakePage(SMALL, 3)), SOON))
        .isEqualTo(WriteResult.NO_ROOM);
    assertThat(tier.read(key(1), new RecordingSink(), SOON)).isEqualTo(ReadOutcome.MISSING);
    tier.remove(key(1), SOON);
    assertThat(tier.reclaim(Long.MAX_VALUE)).isZero();
    tier.close();
    assertThat(used.references()).as("nobody took the reader's reference").isEqualTo(1);
    assertThat(context.evicted()).isEmpty();
    assertThat(tier.usedBytes()).isZero();
  }

  private void chainOf(int length) {
    for (int i = 1; i <= length; i++) {
      store(i, i - 1);
    }
  }

  /** Stores a page that nobody else keeps; its content is the chunk's number. */
  private FakePage store(int number, int parent) {
    FakePage page = new FakePage(SMALL, number);
    assertThat(tier.write(chunk(number, parent, page), SOON)).isEqualTo(WriteResult.STORED);
    page.release();
    return page;
  }

  private Page lease(int number) {
    return Objects.requireNonNull(tier.lease(key(number), SOON)).page();
  }
}
