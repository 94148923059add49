/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.ChunkKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Chunks on their way up from the tiers below memory, by key: none is loaded twice at once, however
 * many requests want it. Those that were fetched ahead of any request wait here until they are
 * asked for, or until their memory is wanted for something else.
 *
 * <p>Safe for use by several threads.
 */
final class Staging {
  /** Is told what became of a load that another request made. */
  @FunctionalInterface
  interface Waiter {
    /**
     * The load is over. Called without a lock, by the thread that loaded.
     *
     * @param chunk with a reference for the waiter; null if it did not come
     */
    void over(@Nullable StagedChunk chunk);
  }

  private final long maxAheadBytes;
  private final Map<ChunkKey, List<Waiter>> loading = new HashMap<>();
  private final Map<ChunkKey, StagedChunk> inUse = new HashMap<>(); // by whoever loaded it
  private final LinkedHashMap<ChunkKey, StagedChunk> ahead = new LinkedHashMap<>();
  private long aheadBytes;
  private boolean closed;

  /**
   * @param maxAheadBytes of pages that were fetched ahead and that nobody asked for yet
   */
  Staging(long maxAheadBytes) {
    this.maxAheadBytes = maxAheadBytes;
  }

  /**
   * Begins to load a chunk, unless somebody does, or has it and can give it.
   *
   * @param waiter is told what became of it: of another's load at its end, of what is there at once
   * @return whether the caller loads it, and says {@link #loaded} whatever happens
   */
  boolean begin(ChunkKey key, Waiter waiter) {
    StagedChunk there;
    synchronized (this) {
      List<Waiter> waiters = loading.get(key);
      if (waiters != null) {
        waiters.add(waiter);
        return false;
      }
      there = inUse.get(key);
      if (there == null) {
        loading.put(key, new ArrayList<>());
        return true;
      }
      there.share();
    }
    waiter.over(there);
    return false;
  }

  /**
   * A load is over.
   *
   * @param chunk remains the caller's; null if it did not come
   * @param lasts whether others find it here until {@link #forget}
   */
  void loaded(ChunkKey key, @Nullable StagedChunk chunk, boolean lasts) {
    List<Waiter> waiters;
    synchronized (this) {
      waiters = loading.remove(key);
      if (chunk != null && lasts && !closed && !inUse.containsKey(key)) {
        inUse.put(key, chunk.share());
      }
    }
    if (waiters != null) {
      waiters.forEach(waiter -> waiter.over(chunk == null ? null : chunk.share()));
    }
  }

  /** Others look for a chunk elsewhere from now on. */
  void forget(ChunkKey key) {
    StagedChunk forgotten;
    synchronized (this) {
      forgotten = inUse.remove(key);
    }
    if (forgotten != null) {
      forgotten.release();
    }
  }

  /** A chunk that was fetched ahead; its reference goes to the caller. */
  synchronized @Nullable StagedChunk ask(ChunkKey key) {
    StagedChunk chunk = ahead.remove(key);
    if (chunk != null) {
      aheadBytes -= chunk.bytes();
    }
    return chunk;
  }

  /** A chunk that was fetched ahead, which goes on waiting; with a reference for the caller. */
  synchronized @Nullable StagedChunk look(ChunkKey key) {
    StagedChunk chunk = ahead.get(key);
    return chunk == null ? null : chunk.share();
  }

  /** Whether a chunk was fetched ahead, and waits. */
  synchronized boolean has(ChunkKey key) {
    return ahead.containsKey(key);
  }

  /**
   * Keeps a chunk that nobody asked for yet, with its reference.
   *
   * @return whether it waits here now; if not the reference remains the caller's
   */
  boolean keepAhead(ChunkKey key, StagedChunk chunk) {
    synchronized (this) {
      if (!ahead.containsKey(key)) {
        boolean fits = !closed && aheadBytes + chunk.bytes() <= maxAheadBytes;
        if (fits) {
          ahead.put(key, chunk);
          aheadBytes += chunk.bytes();
        }
        return fits;
      }
    }
    chunk.release();
    return true;
  }

  /** How many bytes may be fetched ahead now. */
  synchronized long roomAhead() {
    return closed ? 0 : maxAheadBytes - aheadBytes;
  }

  /**
   * Gives chunks up that nobody asked for, the oldest first.
   *
   * @return how many bytes of pages came free
   */
  long drop(long bytes) {
    List<StagedChunk> dropped = new ArrayList<>();
    long free = 0;
    synchronized (this) {
      Iterator<StagedChunk> oldest = ahead.values().iterator();
      while (free < bytes && oldest.hasNext()) {
        StagedChunk chunk = oldest.next();
        oldest.remove();
        dropped.add(chunk);
        free += chunk.bytes();
      }
      aheadBytes -= free;
    }
    dropped.forEach(StagedChunk::release);
    return free;
  }

  /** Bytes of pages that were fetched ahead and wait. */
  synchronized long aheadBytes() {
    return aheadBytes;
  }

  void close() {
    List<ChunkKey> left;
    synchronized (this) {
      closed = true;
      left = List.copyOf(inUse.keySet());
    }
    left.forEach(this::forget);
    drop(Long.MAX_VALUE);
  }
}
