/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.terrace.spi.KvTier;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Rules 22x: writes that fail, and memory that is not what a tier is used to. */
interface FailedWriteRules extends Rules {
  @Test
  default void rule_221_aFailedWriteLeavesNoPart() throws Exception {
    TestChunk late = bench().chunks().full(1);
    writeLate(late);
    expectWholeOrMissing(late);
    TestChunk interrupted = bench().chunks().full(2);
    Thread.currentThread().interrupt();
    try {
      bench().write(interrupted);
    } catch (TierException e) {
      // The rule about interrupts says what is wrong if this should not be.
    } finally {
      Thread.interrupted();
    }
    expectWholeOrMissing(interrupted);
    TestChunk tail = bench().store(bench().chunks().tail(3, 20, 1));
    TestChunk next = bench().chunks().tail(3, 30, 2);
    writeLate(next);
    RecordingSink sink = new RecordingSink();
    ReadOutcome outcome = bench().tier().read(tail.key(), sink, bench().inTime());
    Expect.that(
        outcome == ReadOutcome.FOUND
            && (TierBench.hasContent(tail, sink) || TierBench.hasContent(next, sink)),
        "replacing a tail failed, and neither the old nor the new one is there",
        "that the old chunk stays until the new one is complete");
  }

  private void writeLate(TestChunk chunk) {
    try {
      bench().write(bench().tier(), chunk, TierBench.OVER);
    } catch (TierException e) {
      // Expected of most tiers; one that is done in no time may store it.
    }
  }

  @Test
  default void rule_222_aWriteFromMemoryThatIsGoneLeavesNoPart() throws Exception {
    assumeFalse(bench().takesPages(), "a page's memory lives as long as its references");
    TestChunk chunk = bench().chunks().full(1);
    Arena arena = Arena.ofShared();
    MemorySegment gone = arena.allocate(chunk.payload().byteSize(), 8);
    arena.close();
    String check = "that a write that cannot read its payload fails";
    try {
      bench().write(new TestChunk(chunk.descriptor(), chunk.header(), gone));
      Expect.that(false, "a chunk was stored from memory that is gone", check);
    } catch (TierException | RuntimeException e) { // of either kind: the fault is the caller's
      bench().expectMissing(chunk.key(), check + ", and leaves nothing, not even a header");
      Expect.same(0, bench().listAll(bench().tier(), 10).size(), "chunks listed after it", check);
    }
    bench().store(chunk);
    bench().expectFound(chunk, "that a failed write does not stand in the way of the next one");
  }

  private void expectWholeOrMissing(TestChunk chunk) throws TierException {
    RecordingSink sink = new RecordingSink();
    ReadOutcome outcome = bench().tier().read(chunk.key(), sink, bench().inTime());
    String check = "that a chunk gets its name when it is complete, and not before";
    if (outcome == ReadOutcome.FOUND) {
      TierBench.expectContent(chunk, sink, check);
      return;
    }
    bench().expectMissing(chunk.key(), check);
    bench().store(chunk);
    bench().expectFound(chunk, check);
  }

  @Test
  default void rule_223_aBrokenStoreLeavesNoPart() throws Exception {
    KvTier tier = bench().tier();
    TestChunk before = bench().store(bench().chunks().full(1));
    TestChunk meanwhile = bench().chunks().full(2);
    assumeTrue(bench().contract().setBroken(true), "the store cannot be broken (hook setBroken)");
    WriteResult result = WriteResult.NO_ROOM;
    try {
      result = bench().write(meanwhile);
    } catch (TierException e) {
      // What it must be.
    } finally {
      bench().contract().setBroken(false);
    }
    String check = "that a failure of the store is told, and leaves nothing behind";
    Expect.that(
        result != WriteResult.STORED && result != WriteResult.PRESENT,
        "writing to a broken store gave " + result,
        check);
    bench().expectFound(tier, before, "that what was there is there when the store is back");
    bench().expectMissing(meanwhile.key(), check);
    bench().store(meanwhile);
    bench().expectFound(meanwhile, check);
  }

  @Test
  default void rule_224_anyMemoryOfTheCallerWillDo() throws Exception {
    assumeFalse(bench().takesPages(), "a page's memory is aligned and shared");
    TestChunk chunk = bench().chunks().full(1);
    try (Arena arena = Arena.ofShared()) {
      bench().store(chunk.in(arena, 1));
      bench().expectFound(chunk, "that a payload of any alignment can be written");
    }
    TestChunk second = bench().chunks().full(2);
    try (Arena confined = Arena.ofConfined()) {
      String check = "that memory confined to the caller is read there, or refused cleanly";
      try {
        bench().store(second.in(confined, 3));
        bench().expectFound(second, check);
      } catch (TierException e) {
        bench().expectMissing(second.key(), check);
      }
    }
    bench().write(second);
    bench().expectFound(second, "that memory refused does not stand in the way of the next write");
  }
}
