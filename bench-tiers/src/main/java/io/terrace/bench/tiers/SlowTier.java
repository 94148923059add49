/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.bench.tiers;

import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Collected;
import io.terrace.spi.Deadline;
import io.terrace.spi.Finding;
import io.terrace.spi.Listing;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.ReadRequest;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Another tier behind a link of some latency and bandwidth. A batch is one call: its chunks wait
 * for the latency together. What is found or stored goes over the link, header and payload; looking
 * and listing cost the latency alone.
 */
final class SlowTier extends WrappingTier {
  private final Link link;

  SlowTier(WrappedTier wrapped, Link link) {
    super(wrapped.tier(), wrapped.loader());
    this.link = link;
  }

  /** Notes how long a chunk is, for the sink that takes it. */
  private static final class Measure implements ChunkSink {
    private final ChunkSink sink;
    private volatile long bytes;

    Measure(ChunkSink sink) {
      this.sink = sink;
    }

    @Override
    public @Nullable MemorySegment accept(MemorySegment header, long payloadBytes) {
      bytes = header.byteSize() + payloadBytes;
      return sink.accept(header, payloadBytes);
    }
  }

  /** A request of a batch whose end is told when its bytes are over the link. */
  private final class SlowRequest implements ReadRequest {
    private final ReadRequest request;
    private final Measure sink;
    private final long reached;
    private final Deadline deadline;

    SlowRequest(ReadRequest request, long reached, Deadline deadline) {
      this.request = request;
      this.sink = new Measure(request.sink());
      this.reached = reached;
      this.deadline = deadline;
    }

    @Override
    public ChunkKey key() {
      return request.key();
    }

    @Override
    public ChunkSink sink() {
      return sink;
    }

    @Override
    public void done(ReadOutcome outcome) {
      try {
        if (outcome == ReadOutcome.FOUND) {
          link.carry(sink.bytes, reached, "read " + key(), deadline);
        }
      } catch (TierException e) {
        request.failed(e);
        return;
      }
      request.done(outcome);
    }

    @Override
    public void failed(TierException failure) {
      request.failed(failure);
    }
  }

  /** Once closed nothing takes time, and nothing fails for want of it. */
  private long reach(String what, Deadline deadline) throws TierException {
    return isClosed() ? link.now() : link.reach(what, deadline);
  }

  @Override
  public boolean contains(ChunkKey key, Deadline deadline) throws TierException {
    reach("look for " + key, deadline);
    return super.contains(key, deadline);
  }

  @Override
  public BitSet containsAll(List<ChunkKey> keys, Deadline deadline) throws TierException {
    reach("look for " + keys.size() + " chunks", deadline);
    return super.containsAll(keys, deadline);
  }

  @Override
  public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException {
    String what = "read " + key;
    long reached = reach(what, deadline);
    Measure measure = new Measure(sink);
    ReadOutcome outcome = super.read(key, measure, deadline);
    if (outcome == ReadOutcome.FOUND) {
      link.carry(measure.bytes, reached, what, deadline);
    }
    return outcome;
  }

  @Override
  public void readAll(List<? extends ReadRequest> requests, Deadline deadline) {
    long reached;
    try {
      reached = reach("read " + requests.size() + " chunks", deadline);
    } catch (TierException e) {
      requests.forEach(request -> request.failed(e));
      return;
    }
    super.readAll(
        requests.stream().map(request -> new SlowRequest(request, reached, deadline)).toList(),
        deadline);
  }

  @Override
  public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
    String what = "write " + chunk.key();
    long reached = reach(what, deadline);
    WriteResult result = super.write(chunk, deadline);
    if (result == WriteResult.STORED) {
      link.carry(chunk.storedBytes(), reached, what, deadline);
    }
    return result;
  }

  @Override
  public void remove(ChunkKey key, Deadline deadline) throws TierException {
    reach("remove " + key, deadline);
    super.remove(key, deadline);
  }

  @Override
  public void removeAll(Collection<ChunkKey> keys, Deadline deadline) throws TierException {
    reach("remove " + keys.size() + " chunks", deadline);
    super.removeAll(keys, deadline);
  }

  @Override
  public void setAside(ChunkKey key, String reason, Deadline deadline) throws TierException {
    reach("set aside " + key, deadline);
    super.setAside(key, reason, deadline);
  }

  @Override
  public Listing list(@Nullable String after, int limit, Deadline deadline) throws TierException {
    reach("list chunks", deadline);
    return super.list(after, limit, deadline);
  }

  @Override
  public List<Finding> examine(Deadline deadline) throws TierException {
    reach("examine the store", deadline);
    return super.examine(deadline);
  }

  @Override
  public Collected collect(Deadline deadline) throws TierException {
    reach("collect", deadline);
    return super.collect(deadline);
  }
}
