/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.StoredChunk;
import io.terrace.spi.TierUnavailableException;
import io.terrace.spi.WriteResult;
import io.terrace.spi.format.ChunkHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link InMemoryTier} stores in: native memory of its own, joined as a file would be. It
 * outlives its tiers, so that another tier can be opened on it, and can be damaged and broken. A
 * lock guards the table of chunks and is never held while bytes move: a chunk that was stored is
 * not changed any more, and its memory lives as long as somebody can reach it.
 */
public final class InMemoryStore {
  private record Stored(MemorySegment bytes, Instant lastUse) {}

  private final long capacityBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<ChunkKey, Stored> chunks = new LinkedHashMap<>();
  private long usedBytes;
  private volatile boolean broken;

  /** A store without bounds. */
  public InMemoryStore() {
    this(Long.MAX_VALUE);
  }

  /**
   * @param capacityBytes headers and payloads at most; the least recently used chunks go first
   */
  public InMemoryStore(long capacityBytes) {
    this.capacityBytes = capacityBytes;
  }

  /** From now on nothing can be read or written, or again it can. */
  public void setBroken(boolean broken) {
    this.broken = broken;
  }

  /**
   * Changes the bytes stored under a key, header and payload joined.
   *
   * @return false if there are none
   */
  public boolean damage(ChunkKey key, UnaryOperator<byte[]> change) {
    lock.lock();
    try {
      Stored stored = chunks.get(key);
      if (stored == null) {
        return false;
      }
      byte[] changed = change.apply(stored.bytes().toArray(ValueLayout.JAVA_BYTE));
      MemorySegment bytes = Arena.ofAuto().allocate(Math.max(1, changed.length));
      MemorySegment.copy(changed, 0, bytes, ValueLayout.JAVA_BYTE, 0, changed.length);
      usedBytes += changed.length - stored.bytes().byteSize();
      chunks.put(key, new Stored(bytes.asSlice(0, changed.length), stored.lastUse()));
      return true;
    } finally {
      lock.unlock();
    }
  }

  boolean contains(ChunkKey key) throws TierUnavailableException {
    lock.lock();
    try {
      requireWhole();
      return chunks.containsKey(key);
    } finally {
      lock.unlock();
    }
  }

  /** Finds a chunk's bytes, and counts that as a use. */
  @Nullable MemorySegment find(ChunkKey key) throws TierUnavailableException {
    lock.lock();
    try {
      requireWhole();
      Stored stored = chunks.remove(key);
      if (stored != null) {
        chunks.put(key, new Stored(stored.bytes(), Instant.now()));
      }
      return stored == null ? null : stored.bytes();
    } finally {
      lock.unlock();
    }
  }

  /** Copies a chunk's header and payload into memory of the store. */
  static MemorySegment join(Chunk chunk) {
    long payloadBytes = chunk.payload().byteSize();
    MemorySegment joined = Arena.ofAuto().allocate(ChunkHeader.BYTES + payloadBytes, 4096);
    MemorySegment.copy(chunk.header(), 0, joined, 0, ChunkHeader.BYTES);
    MemorySegment.copy(chunk.payload(), 0, joined, ChunkHeader.BYTES, payloadBytes);
    return joined;
  }

  /**
   * Stores bytes under a key.
   *
   * @param evicted takes what had to go
   */
  WriteResult put(ChunkKey key, MemorySegment bytes, boolean replaces, List<ChunkKey> evicted)
      throws TierUnavailableException {
    lock.lock();
    try {
      requireWhole();
      if (!replaces && chunks.containsKey(key)) {
        return WriteResult.PRESENT;
      }
      if (bytes.byteSize() > capacityBytes) {
        return WriteResult.NO_ROOM;
      }
      forget(key);
      while (usedBytes > capacityBytes - bytes.byteSize()) {
        ChunkKey oldest = chunks.keySet().iterator().next();
        forget(oldest);
        evicted.add(oldest);
      }
      chunks.put(key, new Stored(bytes, Instant.now()));
      usedBytes += bytes.byteSize();
      return WriteResult.STORED;
    } finally {
      lock.unlock();
    }
  }

  void remove(ChunkKey key) throws TierUnavailableException {
    lock.lock();
    try {
      requireWhole();
      forget(key);
    } finally {
      lock.unlock();
    }
  }

  private void forget(ChunkKey key) {
    Stored stored = chunks.remove(key);
    if (stored != null) {
      usedBytes -= stored.bytes().byteSize();
    }
  }

  /** Everything there is, in the order of the keys. */
  List<StoredChunk> all() throws TierUnavailableException {
    List<StoredChunk> all = new ArrayList<>();
    lock.lock();
    try {
      requireWhole();
      chunks.forEach(
          (key, stored) ->
              all.add(new StoredChunk(key, stored.bytes().byteSize(), stored.lastUse())));
    } finally {
      lock.unlock();
    }
    all.sort(Comparator.comparing(StoredChunk::key));
    return all;
  }

  private void requireWhole() throws TierUnavailableException {
    if (broken) {
      throw new TierUnavailableException("the store was broken on purpose");
    }
  }
}
