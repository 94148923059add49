/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.Capabilities;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Deadline;
import io.terrace.spi.Finding;
import io.terrace.spi.KvTier;
import io.terrace.spi.Listing;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.StoredChunk;
import io.terrace.spi.TierContext;
import io.terrace.spi.TierException;
import io.terrace.spi.TierUnavailableException;
import io.terrace.spi.WriteResult;
import io.terrace.spi.format.ChunkHeader;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * The reference: a tier as simple as the contract allows. Bytes in, bytes out, in memory; for tests
 * of whatever stands on tiers, and to compare a tier under test with.
 */
public final class InMemoryTier implements KvTier {
  private final InMemoryStore store;
  private final TierContext context;
  private final Capabilities capabilities;

  /** Writers hold it together, {@link #close} alone: nothing is stored once that has returned. */
  private final ReentrantReadWriteLock writing = new ReentrantReadWriteLock();

  private final LongAdder readBytes = new LongAdder();
  private final LongAdder writtenBytes = new LongAdder();
  private final LongAdder evictedChunks = new LongAdder();
  private volatile boolean closed;

  /** A tier whose chunks end with it. */
  public InMemoryTier(TierContext context) {
    this(new InMemoryStore(), context, Capabilities.inProcess().withConcurrency(64));
  }

  /** A tier on a store that others use and that outlives it. */
  public InMemoryTier(InMemoryStore store, TierContext context) {
    this(store, context, Capabilities.sharedStore().withConcurrency(64));
  }

  /**
   * A tier that says something else of itself.
   *
   * @param capabilities whatever a test needs them to be; nothing is done about them
   */
  public InMemoryTier(InMemoryStore store, TierContext context, Capabilities capabilities) {
    this.store = store;
    this.context = context;
    this.capabilities = capabilities;
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public boolean contains(ChunkKey key, Deadline deadline) throws TierException {
    if (closed) {
      return false;
    }
    begin("look for " + key, deadline);
    return store.contains(key);
  }

  @Override
  public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException {
    if (closed) {
      return ReadOutcome.MISSING;
    }
    begin("read " + key, deadline);
    MemorySegment bytes = store.find(key);
    if (bytes == null) {
      return ReadOutcome.MISSING;
    }
    long headerBytes = Math.min(ChunkHeader.BYTES, bytes.byteSize());
    long payloadBytes = bytes.byteSize() - headerBytes;
    MemorySegment target = sink.ask(bytes.asSlice(0, headerBytes).asReadOnly(), payloadBytes);
    if (target == null) {
      return ReadOutcome.REFUSED;
    }
    MemorySegment.copy(bytes, headerBytes, target, 0, payloadBytes);
    readBytes.add(bytes.byteSize());
    return ReadOutcome.FOUND;
  }

  @Override
  public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
    List<ChunkKey> evicted = new ArrayList<>();
    WriteResult result;
    writing.readLock().lock();
    try {
      if (closed) {
        return WriteResult.NO_ROOM;
      }
      begin("write " + chunk.key(), deadline);
      MemorySegment bytes = InMemoryStore.join(chunk);
      result = store.put(chunk.key(), bytes, chunk.descriptor().replaces(), evicted);
      writtenBytes.add(result == WriteResult.STORED ? bytes.byteSize() : 0);
    } finally {
      writing.readLock().unlock();
    }
    evictedChunks.add(evicted.size());
    evicted.forEach(context::evicted);
    return result;
  }

  @Override
  public void remove(ChunkKey key, Deadline deadline) throws TierException {
    if (!closed) {
      begin("remove " + key, deadline);
      store.remove(key);
    }
  }

  @Override
  public Listing list(@Nullable String after, int limit, Deadline deadline) throws TierException {
    if (closed) {
      return new Listing(List.of(), null);
    }
    begin("list chunks", deadline);
    List<StoredChunk> part = new ArrayList<>();
    for (StoredChunk chunk : store.all()) {
      if (after == null || chunk.key().hex().compareTo(after) > 0) {
        part.add(chunk);
      }
      if (part.size() == limit) {
        return new Listing(part, chunk.key().hex());
      }
    }
    return new Listing(part, null);
  }

  @Override
  public List<Finding> examine(Deadline deadline) throws TierException {
    if (closed) {
      return List.of();
    }
    begin("examine the store", deadline);
    try {
      return List.of(Finding.good("store", store.all().size() + " chunks"));
    } catch (TierUnavailableException e) {
      return List.of(Finding.bad("store", "it cannot be reached: " + e.getMessage(), "mend it"));
    }
  }

  @Override
  public SortedMap<String, Long> counters() {
    SortedMap<String, Long> counters = new TreeMap<>();
    counters.put("evicted", evictedChunks.sum());
    counters.put("read.bytes", readBytes.sum());
    counters.put("written.bytes", writtenBytes.sum());
    return Collections.unmodifiableSortedMap(counters);
  }

  @Override
  public void close() {
    writing.writeLock().lock();
    try {
      closed = true;
    } finally {
      writing.writeLock().unlock();
    }
  }

  /** Nothing here takes long: a call that comes in time is done in time. */
  private static void begin(String what, Deadline deadline) throws TierException {
    if (deadline.isOver()) {
      throw new TierException("no time left to " + what);
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new TierException("interrupted, did not " + what);
    }
  }
}
