/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.bench.tiers;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.ReadRequest;
import io.terrace.spi.TierException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A request that takes its memory in time, and is told its end when nobody waits any more: by then
 * its memory has been written once more.
 */
final class LateRead implements ReadRequest, ChunkSink {
  private static final byte LATE = 0x5A;

  private final ReadRequest request;
  private @Nullable MemorySegment memory;
  private ReadOutcome outcome = ReadOutcome.MISSING;
  private @Nullable TierException failure;

  LateRead(ReadRequest request) {
    this.request = request;
  }

  @Override
  public ChunkKey key() {
    return request.key();
  }

  @Override
  public ChunkSink sink() {
    return this;
  }

  @Override
  public synchronized @Nullable MemorySegment accept(MemorySegment header, long payloadBytes) {
    memory = request.sink().accept(header, payloadBytes);
    return memory == null
        ? null
        : Arena.ofAuto().allocate(Math.max(1, payloadBytes)).asSlice(0, payloadBytes);
  }

  @Override
  public synchronized void done(ReadOutcome told) {
    outcome = told;
  }

  @Override
  public synchronized void failed(TierException cause) {
    failure = cause;
  }

  /** Whether there is memory to write into. */
  synchronized boolean hasMemory() {
    return memory != null;
  }

  /** Fills the memory with what nobody stored, and tells the end. */
  synchronized void end() {
    if (memory != null) {
      memory.fill(LATE);
    }
    if (failure != null) {
      request.failed(failure);
    } else {
      request.done(outcome);
    }
  }
}
