/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.terrace.spi.KvTier;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.WriteResult;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Rules 2xx: writing. */
interface WritingRules extends Rules {
  @Test
  default void rule_201_whatIsReadIsWhatWasWritten() throws Exception {
    String check = "that header and payload are stored as they are, whatever they hold";
    TestChunk first = bench().store(bench().chunks().full(1));
    TestChunk second = bench().store(bench().chunks().after(first, 2));
    TestChunk tail = bench().store(bench().chunks().tail(3, 17, 1));
    for (TestChunk chunk : List.of(first, second, tail)) {
      bench().expectFound(chunk, check);
      bench().expectFound(chunk, check);
    }
  }

  @Test
  default void rule_202_anEmptyPayloadIsAPayload() throws Exception {
    assumeFalse(bench().takesPages(), "a page is never empty");
    TestChunk named = bench().chunks().full(1);
    TestChunk reference = bench().store(bench().chunks().reference(2, named));
    bench().expectFound(reference, "that a chunk may be a header alone");
  }

  @Test
  default void rule_203_theLargestChunkIsNoSpecialCase() throws Exception {
    TestChunk large = bench().chunks().full(1, bench().contract().largest());
    bench().store(large);
    bench().expectFound(large, "that long reads and writes go on until all bytes have moved");
  }

  @Test
  default void rule_204_aReaderSeesAllOrNothing() throws Exception {
    KvTier tier = bench().tier();
    TestChunk one = bench().chunks().tail(1, 31, 1);
    TestChunk other = bench().chunks().tail(1, 20, 2);
    bench().store(one);
    AtomicBoolean over = new AtomicBoolean();
    List<Running<Integer>> readers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      readers.add(bench().start(() -> readUntil(over, tier, one, other)));
    }
    try {
      for (int i = 0; i < bench().contract().rounds(); i++) {
        bench().write(i % 2 == 0 ? other : one);
      }
    } finally {
      over.set(true);
    }
    for (Running<Integer> reader : readers) {
      reader.result("a reader", "that reading and writing end");
    }
  }

  private int readUntil(AtomicBoolean over, KvTier tier, TestChunk one, TestChunk other)
      throws Exception {
    int reads = 0;
    do {
      RecordingSink sink = new RecordingSink();
      ReadOutcome outcome = tier.read(one.key(), sink, bench().inTime());
      Expect.that(
          outcome == ReadOutcome.MISSING
              || TierBench.hasContent(one, sink)
              || TierBench.hasContent(other, sink),
          "while a tail was replaced, read " + reads + " gave a mixture of the old and the new one",
          "that a chunk appears under its name in one step, when it is complete");
      reads++;
    } while (!over.get());
    return reads;
  }

  @Test
  default void rule_205_aFullChunkIsWrittenOnce() throws Exception {
    TestChunk first = bench().store(bench().chunks().full(1));
    TestChunk other = bench().chunks().full(2);
    TestChunk again = new TestChunk(first.descriptor(), other.header(), other.payload());
    String check = "that a key that is there is left alone, unless the descriptor says replaces";
    Expect.same(WriteResult.PRESENT, bench().write(again), "writing under the same key", check);
    bench().expectFound(first, check);
  }

  @Test
  default void rule_206_aTailTakesThePlaceOfTheOneBefore() throws Exception {
    TestChunk longer = bench().store(bench().chunks().tail(1, 31, 1));
    TestChunk shorter = bench().chunks().tail(1, 18, 2);
    String check = "that a chunk whose descriptor says replaces is stored, whatever is there";
    for (TestChunk next : List.of(shorter, longer, longer)) {
      Expect.same(WriteResult.STORED, bench().write(next), "writing a tail again", check);
      bench().expectFound(next, check);
      Expect.same(1, bench().listAll(bench().tier(), 10).size(), "chunks under one key", check);
    }
    Expect.same(List.of(), bench().context().evicted(), "what was told as given up", check);
  }

  @Test
  default void rule_207_aReferenceTakesThePlaceOfATail() throws Exception {
    assumeFalse(bench().takesPages(), "a reference has no page");
    TestChunk named = bench().store(bench().chunks().full(2));
    TestChunk tail = bench().store(bench().chunks().tail(1, 20, 0));
    TestChunk reference = bench().chunks().reference(1, named);
    String check = "that the descriptor's replaces decides, and not its positions";
    Expect.same(WriteResult.STORED, bench().write(reference), "writing a reference", check);
    bench().expectFound(reference, check);
    Expect.same(WriteResult.STORED, bench().write(tail), "writing a tail over it", check);
    bench().expectFound(tail, check);
  }

  @Test
  default void rule_208_theCallersMemoryIsNotKept() throws Exception {
    TestChunk chunk = bench().store(bench().chunks().full(1));
    TestChunk same = bench().chunks().full(1);
    chunk.header().fill((byte) 0x11);
    chunk.payload().fill((byte) 0x22);
    bench().expectFound(same, "that header and payload are copied or sent before write returns");
  }

  @Test
  default void rule_209_theCallersMemoryIsNotChanged() throws Exception {
    TestChunk chunk = bench().store(bench().chunks().full(1));
    TestChunk same = bench().chunks().full(1);
    String check = "that write only reads what it is given";
    Expect.bytes(same.headerBytes(), chunk.headerBytes(), "the header after the write", check);
    Expect.bytes(same.payloadBytes(), chunk.payloadBytes(), "the payload after the write", check);
    TestChunk tail = bench().chunks().tail(2, 20, 1);
    MemorySegment header = tail.header().asReadOnly();
    bench().store(new TestChunk(tail.descriptor(), header, tail.payload().asReadOnly()));
    bench().expectFound(tail, "that read-only memory can be written from");
  }

  @Test
  default void rule_210_ofTwoWritersOneWins() throws Exception {
    for (int i = 0; i < bench().contract().rounds() / 4; i++) {
      TestChunk one = bench().chunks().tail(i, 31, 1);
      TestChunk other = bench().chunks().tail(i, 20, 2);
      race(one, other);
      RecordingSink sink = new RecordingSink();
      bench().tier().read(one.key(), sink, bench().inTime());
      String check = "that two writers of one key do not share a temporary place";
      Expect.that(
          TierBench.hasContent(one, sink) || TierBench.hasContent(other, sink),
          "after two writers of one tail, a reader gets neither of the two",
          check);
      TestChunk full = bench().chunks().full(1000 + i);
      List<WriteResult> results = race(full, full);
      Expect.that(results.contains(WriteResult.STORED), "neither writer stored: " + results, check);
      bench().expectFound(full, check);
    }
  }

  private List<WriteResult> race(TestChunk one, TestChunk other) throws Exception {
    CyclicBarrier start = new CyclicBarrier(2);
    Running<WriteResult> first = bench().start(() -> writeAfter(start, one));
    Running<WriteResult> second = bench().start(() -> writeAfter(start, other));
    String check = "that writers of one key do not wait for each other in a ring";
    return List.of(first.result("a write", check), second.result("a write", check));
  }

  private WriteResult writeAfter(CyclicBarrier start, TestChunk chunk) throws Exception {
    start.await();
    return bench().write(chunk);
  }
}
