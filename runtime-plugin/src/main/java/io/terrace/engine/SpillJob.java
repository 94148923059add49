/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Page;
import io.terrace.spi.format.ChunkKind;
import org.jspecify.annotations.Nullable;

/**
 * A chunk to be stored in the tiers below memory.
 *
 * @param chunk what it is; its key is the one it is stored under
 * @param naming under which its key was made
 * @param tokens the ids of its positions, an array of their own
 * @param referenced for a {@link ChunkKind#REFERENCE} the full chunk that it names
 * @param page its memory, except for a reference; whoever has the job owns one reference to it
 */
record SpillJob(
    ChunkKind kind,
    ChunkDescriptor chunk,
    Naming naming,
    TokenRun tokens,
    @Nullable ChunkKey referenced,
    @Nullable Page page) {

  long bytes() {
    return page == null ? 0 : chunk.geometry().pageBytes();
  }

  void retain() {
    if (page != null) {
      page.retain();
    }
  }

  void release() {
    if (page != null) {
      page.release();
    }
  }
}
