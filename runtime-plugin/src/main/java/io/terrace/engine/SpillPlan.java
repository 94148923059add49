/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.device.KvPage;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.KeyChain;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.format.ChunkKind;
import java.util.List;
import java.util.function.Consumer;

/**
 * Decides what of a session goes down the stack: every chunk when it is finished, with a reference
 * to it for prompts that share only its beginning, and at the session's end the unfinished last
 * one.
 *
 * <p>Safe for use by several threads, each with a session of its own.
 */
final class SpillPlan {
  private final MemoryChunks memory;
  private final Consumer<SpillJob> spiller;

  /**
   * @param spiller takes jobs over, with their references to pages
   */
  SpillPlan(MemoryChunks memory, Consumer<SpillJob> spiller) {
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
    ChunkKeys keys = new ChunkKeys(naming, tokens, length, chunkTokens);
    for (int i = first; i < whole; i++) {
      Slot slot = slots.get(i);
      KvPage shared = slot.shared(chunkTokens);
      if (!slot.isSpilled() && shared != null && !shared.isPrivate()) {
        slot.publishedUpTo(chunkTokens);
        slot.spilled();
        int start = i * chunkTokens;
        TokenRun own = TokenRun.copyOf(tokens, start, chunkTokens);
        shared.retain();
        whole(
            space.geometry(),
            naming,
            new KnownChunk(keys.of(i), keys.before(i), start, own, shared));
      }
    }
  }

  /** Spills the chunks in memory of a model that has just got its lasting name. */
  void named(ModelSpace space) {
    Naming naming = memory.naming(space);
    for (KnownChunk known : memory.all(space)) {
      if (known.tokens().length() == space.geometry().chunkTokens()) {
        whole(space.geometry(), naming, known);
      } else if (known.tokens().length() >= KeyChain.TAIL_KEY_TOKENS) {
        offer(ChunkKind.TAIL, tailKey(known), space.geometry(), naming, known);
      } else {
        known.page().release();
      }
    }
  }

  /** A chunk, and what leads to it from its first tokens alone. */
  private void whole(PageGeometry geometry, Naming naming, KnownChunk known) {
    offer(ChunkKind.FULL, known.key(), geometry, naming, known);
    offer(ChunkKind.REFERENCE, tailKey(known), geometry, naming, known);
  }

  private static ChunkKey tailKey(KnownChunk known) {
    return new KeyChain().tail(known.parent(), known.tokens().array(), 0);
  }

  /** A reference takes the chunk's key with it, anything else its page. */
  private void offer(
      ChunkKind kind, ChunkKey storedAs, PageGeometry geometry, Naming naming, KnownChunk known) {
    boolean reference = kind == ChunkKind.REFERENCE;
    ChunkDescriptor chunk =
        new ChunkDescriptor(
            storedAs,
            known.parent(),
            known.start(),
            known.tokens().length(),
            geometry,
            kind != ChunkKind.FULL);
    spiller.accept(
        new SpillJob(
            kind,
            chunk,
            naming,
            known.tokens(),
            reference ? known.key() : null,
            reference ? null : known.page()));
  }

  /** Spills the unfinished last chunk of a session that ends: its page is not written any more. */
  void ended(ModelSpace space, int[] tokens, int length, List<Slot> slots) {
    PageGeometry geometry = space.geometry();
    int start = length - length % geometry.chunkTokens();
    Naming naming = memory.naming(space);
    if (length - start < KeyChain.TAIL_KEY_TOKENS || !naming.lasting()) {
      return;
    }
    KvPage page = slots.get(start / geometry.chunkTokens()).shared(length - start);
    if (page == null || page.isPrivate()) {
      return;
    }
    int chunk = start / geometry.chunkTokens();
    ChunkKey parent = new ChunkKeys(naming, tokens, start, geometry.chunkTokens()).before(chunk);
    ChunkKey key = new KeyChain().tail(parent, tokens, start);
    page.retain();
    TokenRun own = TokenRun.copyOf(tokens, start, length - start);
    KnownChunk known = new KnownChunk(key, parent, start, own, page);
    offer(ChunkKind.TAIL, key, geometry, naming, known);
  }
}
