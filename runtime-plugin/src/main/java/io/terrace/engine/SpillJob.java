/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.device.Holder;
import io.terrace.device.KvPage;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.format.ChunkKind;
import org.jspecify.annotations.Nullable;

/**
 * A chunk to be stored in a tier below memory. Each tier where it waits holds a reference to its
 * page, and so does a call that stores it.
 *
 * @param kind what is stored under the chunk's key: {@link ChunkKind#FULL} or {@link
 *     ChunkKind#TAIL}
 * @param chunk what it is
 * @param naming under which its key was made
 * @param tokens the ids of its positions, an array of their own
 * @param tailKey under which a reference to the chunk is stored after it, for prompts that share
 *     only its beginning; null for none
 * @param page its memory
 * @param lull behind the prompt that it is part of; null for none
 */
record SpillJob(
    ChunkKind kind,
    ChunkDescriptor chunk,
    Naming naming,
    TokenRun tokens,
    @Nullable ChunkKey tailKey,
    KvPage page,
    @Nullable Lull lull) {

  ChunkKey key() {
    return chunk.key();
  }

  ChunkKey parent() {
    return chunk.parent();
  }

  /** Whether another one that is unfinished says less than this one, of the same text. */
  boolean continues(SpillJob other) {
    boolean sameName = other.key().equals(key()) || other.key().equals(tailKey);
    return other.kind == ChunkKind.TAIL
        && sameName
        && other.tokens.length() < tokens.length()
        && other.tokens.commonPrefix(tokens) == other.tokens.length();
  }

  long bytes() {
    return chunk.geometry().pageBytes();
  }

  void retain() {
    page.retain();
    page.heldBy(Holder.WRITES);
  }

  void release() {
    page.letGoBy(Holder.WRITES);
    page.release();
  }
}
