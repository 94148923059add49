/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.ChunkSink;
import io.terrace.spi.KvTier;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rules 32x: the memory that a sink gives, and sinks that do not give any. */
interface SinkRules extends Rules {
  @Test
  default void rule_321_nothingAroundTheMemoryIsTouched() throws Exception {
    TestChunk chunk = bench().store(bench().chunks().tail(1, 21, 1));
    for (int misaligned : new int[] {0, 1, 2, 7, 8, 511, 512, 4095}) {
      RecordingSink sink = new RecordingSink(Arena.ofAuto(), misaligned);
      ReadOutcome outcome = bench().tier().read(chunk.key(), sink, bench().inTime());
      String check = "that any alignment and length of the caller's memory works";
      String what = "reading into memory that is misaligned by " + misaligned;
      Expect.same(ReadOutcome.FOUND, outcome, what, check);
      TierBench.expectContent(chunk, sink, check);
      Expect.that(sink.isUntouchedAround(), what + " wrote beside it", check);
    }
  }

  @Test
  default void rule_322_confinedMemoryIsFilledOrRefused() throws Exception {
    TestChunk chunk = bench().store(bench().chunks().full(1));
    try (Arena confined = Arena.ofConfined()) {
      String check = "that memory confined to the reader's thread is filled there, or refused";
      RecordingSink sink = new RecordingSink(confined, 5);
      sink.accept(chunk.header(), chunk.payload().byteSize()); // allocated by this thread
      try {
        ReadOutcome outcome =
            bench().tier().read(chunk.key(), (header, bytes) -> sink.memory(), bench().inTime());
        Expect.same(ReadOutcome.FOUND, outcome, "reading into confined memory", check);
        Expect.bytes(chunk.payloadBytes(), sink.payload(), "confined memory", check);
      } catch (TierException e) {
        // A tier that reads on threads of its own.
      }
    }
    bench().expectFound(chunk, "that a refused read does not stand in the way of the next one");
  }

  @Test
  default void rule_323_aSinkMayRefuse() throws Exception {
    TestChunk chunk = bench().store(bench().chunks().full(1));
    String check = "that null from the sink ends the read, and changes nothing";
    ReadOutcome outcome =
        bench().tier().read(chunk.key(), (header, bytes) -> null, bench().inTime());
    Expect.same(ReadOutcome.REFUSED, outcome, "a read whose sink gave null", check);
    bench().expectFound(chunk, check);
  }

  @Test
  default void rule_324_whatASinkThrowsPassesThrough() throws Exception {
    TestChunk chunk = bench().store(bench().chunks().full(1));
    ThrowingSink sink = new ThrowingSink();
    Throwable thrown = thrownBy(chunk, sink);
    String check = "that the tier lets through what the sink throws, and cleans up behind it";
    Expect.that(thrown == sink.thrown(), "the sink threw, and the read threw " + thrown, check);
    bench().expectFound(chunk, check);
  }

  @Test
  default void rule_325_memoryTooShortIsAnError() throws Exception {
    TestChunk chunk = bench().store(bench().chunks().full(1));
    RecordingSink around = new RecordingSink();
    long bytes = chunk.payload().byteSize();
    around.accept(chunk.header(), bytes);
    MemorySegment tooShort = around.memory().asSlice(0, bytes - 1);
    Throwable thrown = thrownBy(chunk, (header, length) -> tooShort);
    String check = "that the memory's length is believed, and not the one it should have";
    Expect.that(thrown != null, "a read into too little memory went well", check);
    byte last = around.payload()[(int) bytes - 1];
    Expect.same(RecordingSink.EMPTY, last, "the byte behind the memory", check);
    bench().expectFound(chunk, check);
  }

  private @Nullable Throwable thrownBy(TestChunk chunk, ChunkSink sink) {
    try {
      bench().tier().read(chunk.key(), sink, bench().inTime());
      return null;
    } catch (RuntimeException | TierException e) {
      return e;
    }
  }

  @Test
  default void rule_326_memoryIsLeftAloneAfterTheRead() throws Exception {
    KvTier tier = bench().tier();
    TestChunk chunk = bench().store(bench().chunks().full(1));
    TestChunk other = bench().store(bench().chunks().full(2));
    RecordingSink sink = new RecordingSink();
    tier.read(chunk.key(), sink, bench().inTime());
    sink.memory().fill((byte) 0x33);
    bench().expectFound(other, "that reads do not disturb each other");
    tier.remove(chunk.key(), bench().inTime());
    tier.close();
    byte[] left = new byte[(int) chunk.payload().byteSize()];
    Arrays.fill(left, (byte) 0x33);
    String check = "that no thread and no later call writes into memory of a read that is over";
    Expect.bytes(left, sink.payload(), "memory that belongs to its caller again", check);
  }
}
