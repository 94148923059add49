/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.KvTier;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.StoredChunk;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Rules 1xx: the life of a tier. */
interface LifeRules extends Rules {
  @Test
  default void rule_101_aNewTierHoldsNothing() throws Exception {
    String check = "that open begins with an empty store in the tests, and that nothing is made up";
    bench().expectMissing(bench().chunks().absent(1), check);
    Expect.same(List.of(), bench().listAll(bench().tier(), 10), "the listing of a new tier", check);
  }

  @Test
  default void rule_102_capabilitiesStayTheSame() throws Exception {
    KvTier tier = bench().tier();
    var before = tier.capabilities();
    var path = tier.devicePath();
    bench().store(bench().chunks().full(1));
    String check = "that capabilities and devicePath are settled when the tier is opened";
    Expect.same(before, tier.capabilities(), "capabilities at another call", check);
    Expect.that(path == tier.devicePath(), "devicePath gave another object", check);
    tier.close();
    Expect.same(before, tier.capabilities(), "capabilities after close", check);
  }

  @Test
  default void rule_103_closingAgainDoesNothing() throws Exception {
    KvTier tier = bench().tier();
    bench().store(bench().chunks().full(1));
    tier.close();
    try {
      tier.close();
    } catch (RuntimeException e) {
      throw new AssertionError("closing again threw. Check that close notes that it was done.", e);
    }
  }

  @Test
  default void rule_104_afterCloseNothingIsFoundAndNothingStored() throws Exception {
    KvTier tier = bench().tier();
    TestChunk stored = bench().store(bench().chunks().full(1));
    tier.close();
    String check = "that every call looks first whether the tier is closed, and does not throw";
    bench().expectMissing(stored.key(), check);
    WriteResult result = bench().write(bench().chunks().full(2));
    Expect.same(WriteResult.NO_ROOM, result, "writing after close", check);
    WriteResult tail = bench().write(bench().chunks().tail(3, 20, 1));
    Expect.same(WriteResult.NO_ROOM, tail, "writing a tail after close", check);
    tier.remove(stored.key(), bench().inTime());
    tier.removeAll(List.of(stored.key()), bench().inTime());
    tier.setAside(stored.key(), "test", bench().inTime());
    List<ChunkKey> keys = List.of(stored.key());
    Expect.that(
        tier.containsAll(keys, bench().inTime()).isEmpty(), "containsAll found something", check);
    Expect.same(List.of(), bench().listAll(tier, 10), "the listing after close", check);
    Expect.same(0L, tier.reclaim(Long.MAX_VALUE), "what reclaim gave after close", check);
  }

  @Test
  default void rule_105_closeDuringAReadGivesTheRightBytesOrNone() throws Exception {
    KvTier tier = bench().tier();
    TestChunk chunk = bench().store(bench().chunks().full(1));
    HeldSink sink = new HeldSink();
    Running<ReadOutcome> read = bench().start(() -> tier.read(chunk.key(), sink, bench().inTime()));
    bench().untilAsked(sink);
    Running<Boolean> close = bench().start(() -> closed(tier));
    close.untilItWaits();
    sink.release();
    String check = "that close frees nothing that a read under way still needs";
    try {
      if (read.result("a read during close", check) == ReadOutcome.FOUND) {
        TierBench.expectContent(chunk, sink, check);
      }
    } catch (TierException e) {
      // The tier is closed: a read under way may fail.
    }
    close.result("close", "that close waits for nothing that never comes");
  }

  private static boolean closed(KvTier tier) {
    tier.close();
    return true;
  }

  @Test
  default void rule_106_closeWaitsForWritesUnderWay() throws Exception {
    KvTier tier = bench().tier();
    AtomicInteger writes = new AtomicInteger();
    AtomicBoolean closed = new AtomicBoolean();
    Set<ChunkKey> late = ConcurrentHashMap.newKeySet();
    List<Running<Boolean>> writers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      List<TestChunk> own = new ArrayList<>();
      for (int number = 0; number < 8; number++) {
        own.add(bench().chunks().full(10 * i + number));
      }
      writers.add(bench().start(() -> writeOn(own, writes, closed, late)));
    }
    while (writes.get() < bench().contract().rounds()
        && writers.stream().noneMatch(Running::isDone)) {
      Thread.sleep(1); // a busy wait would take one of two cores away
    }
    tier.close();
    closed.set(true);
    KvTier again = bench().contract().reopen(new RecordingContext());
    Set<ChunkKey> atClose = again == null ? Set.of() : keys(bench().listAll(again, 100));
    String check = "that close waits for the writes that have begun, and lets none begin";
    for (Running<Boolean> writer : writers) {
      writer.result("a write during close", check);
    }
    Expect.same(Set.of(), late, "chunks stored by calls that began after close", check);
    if (again != null) {
      Set<ChunkKey> atEnd = keys(bench().listAll(again, 100));
      again.close();
      atEnd.removeAll(atClose); // a remove under way may still come, but no chunk
      Expect.same(Set.of(), atEnd, "what has come into the store since close returned", check);
    }
  }

  /**
   * Writes chunks in a ring, removing each before its next turn; goes on after close for a turn.
   */
  private boolean writeOn(
      List<TestChunk> own, AtomicInteger writes, AtomicBoolean closed, Set<ChunkKey> late) {
    int writesAfterClose = 0;
    for (int i = 0; writesAfterClose < own.size(); i++) {
      boolean isLate = closed.get();
      writesAfterClose += isLate ? 1 : 0;
      TestChunk chunk = own.get(i % own.size());
      try {
        bench().tier().remove(chunk.key(), bench().inTime());
        if (bench().write(chunk) == WriteResult.STORED && isLate) {
          late.add(chunk.key());
        }
      } catch (TierException e) {
        // Under way when the tier was closed.
      }
      writes.incrementAndGet();
    }
    return true;
  }

  private static Set<ChunkKey> keys(List<StoredChunk> chunks) {
    Set<ChunkKey> keys = new HashSet<>();
    chunks.forEach(chunk -> keys.add(chunk.key()));
    return keys;
  }

  @Test
  default void rule_107_aDurableTierFindsEverythingAgain() throws Exception {
    List<TestChunk> stored = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      stored.add(bench().store(bench().chunks().full(i)));
    }
    stored.add(bench().store(bench().chunks().tail(6, 20, 1)));
    bench().tier().close();
    KvTier again = bench().reopenIf(bench().tier().capabilities().durable(), "durable");
    String check = "that what was stored is on the disk, under a name made of the key alone";
    for (TestChunk chunk : stored) {
      Expect.that(again.contains(chunk.key(), bench().inTime()), "a chunk was lost", check);
      bench().expectFound(again, chunk, check);
    }
  }
}
