/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** One read that goes wrong between a tier and a sink. */
final class FaultyRead {
  private final ChunkSink sink;
  private final FaultDice dice;
  private @Nullable MemorySegment memory;
  private MemorySegment scratch = MemorySegment.NULL;

  FaultyRead(ChunkSink sink, FaultDice dice) {
    this.sink = sink;
    this.dice = dice;
  }

  /** Fills a part of the sink's memory, and fails. */
  ReadOutcome readShort(KvTier tier, ChunkKey key, Deadline deadline) throws TierException {
    ReadOutcome outcome =
        tier.read(
            key,
            (header, bytes) -> {
              memory = sink.accept(header, bytes);
              scratch = Arena.ofAuto().allocate(bytes + 1).asSlice(0, bytes);
              return memory == null ? null : scratch;
            },
            deadline);
    if (memory == null) {
      return outcome;
    }
    dice.count(Fault.SHORT_READ);
    long part = memory.byteSize() == 0 ? 0 : dice.draw(memory.byteSize());
    MemorySegment.copy(scratch, 0, memory, 0, part);
    throw new TierException(
        "read " + part + " of " + memory.byteSize() + " bytes of " + key + ", " + dice);
  }

  /** Turns one bit of the header, or of the payload, over. */
  ReadOutcome readFlipped(KvTier tier, ChunkKey key, Deadline deadline) throws TierException {
    boolean inHeader = dice.draw(2) == 0;
    ReadOutcome outcome =
        tier.read(
            key,
            (header, bytes) -> {
              boolean hit = (inHeader || bytes == 0) && header.byteSize() > 0;
              memory = sink.accept(hit ? flipped(header) : header, bytes);
              return memory;
            },
            deadline);
    if (!inHeader && memory != null && memory.byteSize() > 0) {
      flip(memory);
    }
    return outcome;
  }

  private MemorySegment flipped(MemorySegment header) {
    MemorySegment copy = Arena.ofAuto().allocate(header.byteSize(), 8).copyFrom(header);
    flip(copy);
    return copy;
  }

  private void flip(MemorySegment bytes) {
    dice.count(Fault.BIT_FLIP);
    long bit = dice.draw(8 * bytes.byteSize());
    byte before = bytes.get(ValueLayout.JAVA_BYTE, bit / 8);
    bytes.set(ValueLayout.JAVA_BYTE, bit / 8, (byte) (before ^ 1 << (bit % 8)));
  }
}
