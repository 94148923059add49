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
import org.jspecify.annotations.Nullable;

/** Reads into memory of its own first, so that the way into the sink's memory can go wrong. */
abstract class StagedTier extends ForwardingTier {
  private static final class Stage implements ChunkSink {
    private final StagedTier tier;
    private final ChunkSink sink;
    private MemorySegment memory = MemorySegment.NULL;
    private MemorySegment stage = MemorySegment.NULL;

    Stage(StagedTier tier, ChunkSink sink) {
      this.tier = tier;
      this.sink = sink;
    }

    @Override
    public @Nullable MemorySegment accept(MemorySegment header, long payloadBytes) {
      MemorySegment given = sink.accept(header, payloadBytes);
      if (given == null) {
        return null;
      }
      memory = given;
      stage = tier.stage(payloadBytes);
      return stage;
    }
  }

  StagedTier(KvTier right) {
    super(right);
  }

  @Override
  public final ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline)
      throws TierException {
    Stage stage = new Stage(this, sink);
    ReadOutcome outcome = right.read(key, stage, deadline);
    if (outcome == ReadOutcome.FOUND) {
      deliver(key, stage.stage, stage.memory);
    }
    return outcome;
  }

  MemorySegment stage(long bytes) {
    return Arena.ofAuto().allocate(bytes + 1).asSlice(0, bytes);
  }

  /** Brings what was read to where it belongs, or not quite. */
  abstract void deliver(ChunkKey key, MemorySegment stage, MemorySegment memory)
      throws TierException;
}
