/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.device.PooledPage;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.KeyChain;
import io.terrace.spi.Page;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.format.ChunkKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides what of a session goes down the stack: every chunk when it is finished, with a reference
 * to it for prompts that share only its beginning, and at the session's end the unfinished last
 * one.
 *
 * <p>Safe for use by several threads, each with a session of its own.
 */
final class SpillPlan {
  private final MemoryChunks memory;
  private final Spiller spiller;

  SpillPlan(MemoryChunks memory, Spiller spiller) {
    this.memory = memory;
    this.spiller = spiller;
  }

  /**
   * Spills the finished chunks of a session that were not spilled yet. Their pages are not written
   * any more.
   *
   * @param tokens those computed, in {@code tokens[0 .. length)}
   */
  void finished(ModelSpace space, int[] tokens, int length, List<Slot> slots) {
    int chunkTokens = space.geometry().chunkTokens();
    int whole = length / chunkTokens;
    int first = 0;
    while (first < whole && slots.get(first).isSpilled()) {
      first++;
    }
    Naming naming = memory.naming(space);
    if (first == whole || !naming.lasting()) {
      return;
    }
    KeyChain keys = new KeyChain();
    ChunkKey parent = naming.root();
    for (int i = 0; i < whole; i++) {
      int start = i * chunkTokens;
      ChunkKey key = keys.next(parent, tokens, start, chunkTokens);
      Slot slot = slots.get(i);
      PooledPage shared = slot.shared(chunkTokens);
      if (!slot.isSpilled() && shared != null && !shared.isPrivate()) {
        slot.publishedUpTo(chunkTokens);
        slot.spilled();
        TokenRun own = TokenRun.copyOf(tokens, start, chunkTokens);
        shared.retain();
        chunk(space.geometry(), naming, new KnownChunk(key, parent, start, own, shared));
      }
      parent = key;
    }
  }

  /** Spills the chunks in memory of a model that has just got its lasting name. */
  void named(ModelSpace space) {
    Naming naming = memory.naming(space);
    for (KnownChunk known : memory.all(space)) {
      if (known.tokens().length() == space.geometry().chunkTokens()) {
        chunk(space.geometry(), naming, known);
      } else {
        tail(space.geometry(), naming, known);
      }
    }
  }

  private void chunk(PageGeometry geometry, Naming naming, KnownChunk known) {
    offer(ChunkKind.FULL, known.key(), geometry, naming, known, null, known.page());
    ChunkKey tail = new KeyChain().tail(known.parent(), known.tokens().array(), 0);
    offer(ChunkKind.REFERENCE, tail, geometry, naming, known, known.key(), null);
  }

  private void tail(PageGeometry geometry, Naming naming, KnownChunk known) {
    if (known.tokens().length() < KeyChain.TAIL_KEY_TOKENS) {
      known.page().release();
      return;
    }
    ChunkKey key = new KeyChain().tail(known.parent(), known.tokens().array(), 0);
    offer(ChunkKind.TAIL, key, geometry, naming, known, null, known.page());
  }

  private void offer(
      ChunkKind kind,
      ChunkKey key,
      PageGeometry geometry,
      Naming naming,
      KnownChunk known,
      @Nullable ChunkKey referenced,
      @Nullable Page page) {
    ChunkDescriptor chunk =
        new ChunkDescriptor(
            key,
            known.parent(),
            known.start(),
            known.tokens().length(),
            geometry,
            kind != ChunkKind.FULL);
    spiller.offer(new SpillJob(kind, chunk, naming, known.tokens(), referenced, page));
  }

  /** Spills the unfinished last chunk of a session that ends: its page is not written any more. */
  void ended(ModelSpace space, int[] tokens, int length, List<Slot> slots) {
    PageGeometry geometry = space.geometry();
    int start = length - length % geometry.chunkTokens();
    Naming naming = memory.naming(space);
    if (length - start < KeyChain.TAIL_KEY_TOKENS || !naming.lasting()) {
      return;
    }
    PooledPage page = slots.get(start / geometry.chunkTokens()).shared(length - start);
    if (page == null || page.isPrivate()) {
      return;
    }
    KeyChain keys = new KeyChain();
    ChunkKey parent = naming.root();
    for (int from = 0; from < start; from += geometry.chunkTokens()) {
      parent = keys.next(parent, tokens, from, geometry.chunkTokens());
    }
    page.retain();
    TokenRun own = TokenRun.copyOf(tokens, start, length - start);
    tail(
        geometry,
        naming,
        new KnownChunk(keys.tail(parent, own.array(), 0), parent, start, own, page));
  }
}
