/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.Capabilities;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.Lease;
import io.terrace.spi.Listing;
import io.terrace.spi.Page;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.StoredChunk;
import io.terrace.spi.TierContext;
import io.terrace.spi.WriteResult;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.format.CompactPage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The reference of a tier that keeps the pages it is given and lends them. A lock guards the table;
 * sinks and the context are called without it.
 */
public final class InMemoryPageTier implements KvTier {
  private record Kept(MemorySegment header, Page page, long order, Instant lastUse) {}

  private final TierContext context;
  private final long capacityBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<ChunkKey, Kept> chunks = new TreeMap<>();
  private long usedBytes;
  private long uses;
  private boolean closed;

  /** A tier with room for all pages that there may be. */
  public InMemoryPageTier(TierContext context) {
    this(context, context.pageBudgetBytes());
  }

  /**
   * @param capacityBytes pages at most; the least recently used idle ones go first
   */
  public InMemoryPageTier(TierContext context, long capacityBytes) {
    this.context = context;
    this.capacityBytes = capacityBytes;
  }

  @Override
  public Capabilities capabilities() {
    return Capabilities.inProcess().lending().retainingPages().withConcurrency(64);
  }

  @Override
  public boolean contains(ChunkKey key, Deadline deadline) {
    lock.lock();
    try {
      return chunks.containsKey(key);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable Lease lease(ChunkKey key, Deadline deadline) {
    lock.lock();
    try {
      Kept kept = chunks.get(key);
      if (kept == null) {
        return null;
      }
      chunks.put(key, new Kept(kept.header(), kept.page(), ++uses, Instant.now()));
      kept.page().retain();
      return new Lease(kept.header(), kept.page());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) {
    Lease lease = lease(key, deadline);
    if (lease == null) {
      return ReadOutcome.MISSING;
    }
    try (lease) {
      int positions = new ChunkHeader(lease.header()).positions();
      int bytes = lease.page().geometry().compactBytes(positions);
      MemorySegment target = sink.ask(lease.header(), bytes);
      if (target == null) {
        return ReadOutcome.REFUSED;
      }
      CompactPage.pack(lease.page().geometry(), positions, lease.page().segment(), target);
      return ReadOutcome.FOUND;
    }
  }

  @Override
  public WriteResult write(Chunk chunk, Deadline deadline) {
    List<ChunkKey> evicted = new ArrayList<>();
    WriteResult result;
    lock.lock();
    try {
      result = keep(chunk, evicted);
    } finally {
      lock.unlock();
    }
    evicted.forEach(context::evicted);
    return result;
  }

  private WriteResult keep(Chunk chunk, List<ChunkKey> evicted) {
    long bytes = chunk.descriptor().geometry().pageBytes();
    if (closed || bytes > capacityBytes) {
      return WriteResult.NO_ROOM;
    }
    if (!chunk.descriptor().replaces() && chunks.containsKey(chunk.key())) {
      return WriteResult.PRESENT;
    }
    Kept before = chunks.remove(chunk.key());
    long bytesBefore = before == null ? 0 : before.page().geometry().pageBytes();
    while (usedBytes - bytesBefore + bytes > capacityBytes) {
      if (!evictOne(evicted)) {
        if (before != null) {
          chunks.put(chunk.key(), before);
        }
        return WriteResult.NO_ROOM;
      }
    }
    if (before != null) {
      before.page().release();
    }
    byte[] header = chunk.header().toArray(ValueLayout.JAVA_BYTE);
    chunk.page().retain();
    MemorySegment copy = MemorySegment.ofArray(header).asReadOnly();
    chunks.put(chunk.key(), new Kept(copy, chunk.page(), ++uses, Instant.now()));
    usedBytes += bytes - bytesBefore;
    return WriteResult.STORED;
  }

  private boolean evictOne(List<ChunkKey> evicted) {
    ChunkKey oldest = null;
    long order = Long.MAX_VALUE;
    for (Map.Entry<ChunkKey, Kept> each : chunks.entrySet()) {
      Kept kept = each.getValue();
      if (kept.page().references() == 1 && kept.order() < order) {
        oldest = each.getKey();
        order = kept.order();
      }
    }
    if (oldest == null) {
      return false;
    }
    forget(oldest);
    evicted.add(oldest);
    return true;
  }

  private void forget(ChunkKey key) {
    Kept kept = chunks.remove(key);
    if (kept != null) {
      usedBytes -= kept.page().geometry().pageBytes();
      kept.page().release();
    }
  }

  @Override
  public void remove(ChunkKey key, Deadline deadline) {
    lock.lock();
    try {
      forget(key);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Listing list(@Nullable String after, int limit, Deadline deadline) {
    List<StoredChunk> part = new ArrayList<>();
    lock.lock();
    try {
      Iterator<Map.Entry<ChunkKey, Kept>> all = chunks.entrySet().iterator();
      while (all.hasNext() && part.size() < limit) {
        Map.Entry<ChunkKey, Kept> each = all.next();
        if (after == null || each.getKey().hex().compareTo(after) > 0) {
          Kept kept = each.getValue();
          long bytes = kept.header().byteSize() + kept.page().geometry().pageBytes();
          part.add(new StoredChunk(each.getKey(), bytes, kept.lastUse()));
        }
      }
    } finally {
      lock.unlock();
    }
    return new Listing(part, part.size() < limit ? null : part.getLast().key().hex());
  }

  @Override
  public long reclaim(long bytes) {
    List<ChunkKey> evicted = new ArrayList<>();
    long before;
    long after;
    lock.lock();
    try {
      before = usedBytes;
      boolean more = true;
      while (more && before - usedBytes < bytes) {
        more = evictOne(evicted);
      }
      after = usedBytes;
    } finally {
      lock.unlock();
    }
    evicted.forEach(context::evicted);
    return before - after;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      List.copyOf(chunks.keySet()).forEach(this::forget);
    } finally {
      lock.unlock();
    }
  }
}
