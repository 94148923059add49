/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A store of chunks.
 *
 * <p>A tier keeps a chunk only while it keeps the chunk's parent: it evicts leaves. It tells the
 * engine of every chunk it evicts ({@link TierContext#evicted}). It knows no other tier.
 *
 * <p>Safe for use by several threads. {@link #close()} gives every page back that the tier
 * retained; calls after it find nothing and store nothing.
 */
public interface KvTier extends AutoCloseable {
  /** What {@link #read} returns when the chunk is not here. */
  long MISS = -1;

  /** Whether the chunk was here a moment ago; does not count as a use of it. */
  boolean contains(ChunkKey key);

  /**
   * Copies a chunk's page into memory of the caller.
   *
   * @param target at least as large as the page; its rest is not touched; not retained
   * @return the number of bytes copied, or {@link #MISS}, which leaves the target as it was
   * @throws IllegalArgumentException if {@code target} is too small
   */
  long read(ChunkKey key, MemorySegment target);

  /**
   * Lends the chunk's page in place: the caller holds one reference to it and must release it. The
   * page must not be written.
   *
   * @return null if the chunk is not here, or if the tier cannot lend memory
   */
  default @Nullable Page lease(ChunkKey key) {
    return null;
  }

  /**
   * Stores a chunk. A tier that keeps the page itself retains it; any other is done with it on
   * return. Storing a key that is here already changes nothing.
   */
  WriteResult write(ChunkDescriptor chunk, Page page);

  /** Forgets a chunk and all chunks that follow it. Forgetting what is not here is no error. */
  void remove(ChunkKey key);

  /**
   * Gives memory back, least useful chunks first, as far as no session uses them.
   *
   * @param bytes how much is wanted
   * @return how many bytes of pages became free: 0 for a tier that holds no pages
   */
  default long reclaim(long bytes) {
    return 0;
  }

  @Override
  void close();
}
