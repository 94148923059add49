/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.Lease;
import io.terrace.spi.Page;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.format.ChunkHeaderWriter;
import io.terrace.spi.format.ChunkKind;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * The tier that keeps pages, as the chunks in memory use it: called where the request runs, and
 * never waited for. Guarded by the lock of those chunks.
 */
final class PageTier {
  private final KvTier tier;
  private final ChunkHeaderWriter header =
      new ChunkHeaderWriter(Arena.ofAuto().allocate(ChunkHeader.BYTES));

  PageTier(KvTier tier) {
    this.tier = tier;
  }

  /** The chunk's page with a reference for the caller; null if it is not there. */
  @Nullable Page lease(ChunkKey key) {
    try {
      Lease lease = tier.lease(key, Deadline.NEVER);
      return lease == null ? null : lease.page();
    } catch (TierException e) {
      throw new TierFailedException(e);
    }
  }

  /** Stores a chunk that follows {@code parent}. */
  WriteResult write(ModelSpace space, PrefixNode parent, ChunkKey key, TokenRun tokens, Page page) {
    PageGeometry geometry = space.geometry();
    int start = parent.depth() * geometry.chunkTokens();
    ChunkDescriptor chunk =
        new ChunkDescriptor(key, parent.key(), start, tokens.length(), geometry);
    ChunkKind kind = tokens.length() == geometry.chunkTokens() ? ChunkKind.FULL : ChunkKind.TAIL;
    header.begin(
        kind,
        chunk,
        space.fingerprint(),
        tokens.array(),
        tokens.from(),
        System.currentTimeMillis());
    try {
      return tier.write(Chunk.ofPage(chunk, header.finish(), page), Deadline.NEVER);
    } catch (TierException e) {
      throw new TierFailedException(e);
    }
  }

  void remove(ChunkKey key) {
    try {
      tier.remove(key, Deadline.NEVER);
    } catch (TierException e) {
      throw new TierFailedException(e);
    }
  }

  /** See {@link KvTier#reclaim}. */
  long reclaim(long bytes) {
    return tier.reclaim(bytes);
  }

  void close() {
    tier.close();
  }
}
