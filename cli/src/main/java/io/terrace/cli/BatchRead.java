/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.ReadRequest;
import io.terrace.spi.TierException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** One chunk of a batch that a benchmark reads into memory of its own. */
final class BatchRead implements ReadRequest {
  private final ChunkKey key;
  private final MemorySegment memory;
  private volatile @Nullable ReadOutcome outcome;
  private volatile @Nullable TierException failure;

  BatchRead(ChunkKey key, MemorySegment memory) {
    this.key = key;
    this.memory = memory;
  }

  @Override
  public ChunkKey key() {
    return key;
  }

  @Override
  public ChunkSink sink() {
    return (header, payloadBytes) -> memory;
  }

  @Override
  public void done(ReadOutcome how) {
    outcome = how;
  }

  @Override
  public void failed(TierException why) {
    failure = why;
  }

  /**
   * To be called when the batch has returned.
   *
   * @throws TierException if the memory is not full
   */
  void requireFound() throws TierException {
    TierException why = failure;
    if (why != null) {
      throw why;
    }
    if (outcome != ReadOutcome.FOUND) {
      throw new TierException("a chunk just stored was not read: " + outcome);
    }
  }
}
