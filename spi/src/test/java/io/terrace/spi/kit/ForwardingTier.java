/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.Capabilities;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Collected;
import io.terrace.spi.Deadline;
import io.terrace.spi.DevicePath;
import io.terrace.spi.Finding;
import io.terrace.spi.KvTier;
import io.terrace.spi.Lease;
import io.terrace.spi.Listing;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.ReadRequest;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Another tier, for what changes one thing about it and nothing else. */
public abstract class ForwardingTier implements KvTier {
  /** The tier that does the work. */
  protected final KvTier right;

  protected ForwardingTier(KvTier right) {
    this.right = right;
  }

  @Override
  public Capabilities capabilities() {
    return right.capabilities();
  }

  @Override
  public @Nullable DevicePath devicePath() {
    return right.devicePath();
  }

  @Override
  public boolean contains(ChunkKey key, Deadline deadline) throws TierException {
    return right.contains(key, deadline);
  }

  @Override
  public BitSet containsAll(List<ChunkKey> keys, Deadline deadline) throws TierException {
    return right.containsAll(keys, deadline);
  }

  @Override
  public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException {
    return right.read(key, sink, deadline);
  }

  @Override
  public void readAll(List<? extends ReadRequest> requests, Deadline deadline) {
    right.readAll(requests, deadline);
  }

  @Override
  public @Nullable Lease lease(ChunkKey key, Deadline deadline) throws TierException {
    return right.lease(key, deadline);
  }

  @Override
  public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
    return right.write(chunk, deadline);
  }

  @Override
  public void remove(ChunkKey key, Deadline deadline) throws TierException {
    right.remove(key, deadline);
  }

  @Override
  public void removeAll(Collection<ChunkKey> keys, Deadline deadline) throws TierException {
    right.removeAll(keys, deadline);
  }

  @Override
  public void setAside(ChunkKey key, String reason, Deadline deadline) throws TierException {
    right.setAside(key, reason, deadline);
  }

  @Override
  public Listing list(@Nullable String after, int limit, Deadline deadline) throws TierException {
    return right.list(after, limit, deadline);
  }

  @Override
  public long reclaim(long bytes) {
    return right.reclaim(bytes);
  }

  @Override
  public List<Finding> examine(Deadline deadline) throws TierException {
    return right.examine(deadline);
  }

  @Override
  public Collected collect(Deadline deadline) throws TierException {
    return right.collect(deadline);
  }

  @Override
  public SortedMap<String, Long> counters() {
    return right.counters();
  }

  @Override
  public void close() {
    right.close();
  }
}
