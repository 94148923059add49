/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.Capabilities;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.Listing;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.WriteResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps no page: what stands for CPU memory in a stack without it. */
final class NoMemoryTier implements KvTier {
  @Override
  public Capabilities capabilities() {
    return Capabilities.inProcess().retainingPages();
  }

  @Override
  public boolean contains(ChunkKey key, Deadline deadline) {
    return false;
  }

  @Override
  public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) {
    return ReadOutcome.MISSING;
  }

  @Override
  public WriteResult write(Chunk chunk, Deadline deadline) {
    return WriteResult.NO_ROOM;
  }

  @Override
  public void remove(ChunkKey key, Deadline deadline) {}

  @Override
  public Listing list(@Nullable String after, int limit, Deadline deadline) {
    return new Listing(List.of(), null);
  }

  @Override
  public void close() {}
}
