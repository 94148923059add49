/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.ReadRequest;
import io.terrace.spi.TierException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A request of a batch that notes every end it is told. */
public final class RecordingRequest implements ReadRequest {
  private final ChunkKey key;
  private final ChunkSink sink;
  private final List<Object> ends = new CopyOnWriteArrayList<>();

  public RecordingRequest(ChunkKey key, ChunkSink sink) {
    this.key = key;
    this.sink = sink;
  }

  @Override
  public ChunkKey key() {
    return key;
  }

  @Override
  public ChunkSink sink() {
    return sink;
  }

  @Override
  public void done(ReadOutcome outcome) {
    ends.add(outcome);
  }

  @Override
  public void failed(TierException failure) {
    ends.add(failure);
  }

  /** Every end told: a {@link ReadOutcome} or a {@link TierException}. */
  public List<Object> ends() {
    return ends;
  }
}
