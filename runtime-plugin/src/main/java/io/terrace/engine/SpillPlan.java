/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.device.KvPage;
import io.terrace.device.LentPage;
import io.terrace.engine.Spiller.Origin;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.KeyChain;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.format.ChunkKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides what of a session is offered to the tiers below memory: every chunk when it is finished,
 * with a reference to it for prompts that share only its beginning, and at the session's end the
 * unfinished last one. With each new chunk, those before it are offered again: a tier that did not
 * get one of them can use nothing that follows it.
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
   * Offers the finished chunks of a session, if something of them is new. Pages that are taken are
   * not written any more.
   *
   * @param tokens those computed, in {@code tokens[0 .. length)}
   * @param lull behind the prompt that is being computed; null between prompts
   */
  void finished(ModelSpace space, int[] tokens, int length, List<Slot> slots, @Nullable Lull lull) {
    int chunkTokens = space.geometry().chunkTokens();
    int whole = length / chunkTokens;
    if (!isAnyNew(slots.subList(0, whole), length)) {
      return;
    }
    Naming naming = memory.naming(space);
    if (!naming.lasting()) {
      return;
    }
    ChunkKeys keys = new ChunkKeys(naming, tokens, length, chunkTokens);
    for (int i = 0; i < whole; i++) {
      Slot slot = slots.get(i);
      KvPage page = slot.shared(chunkTokens);
      if (page == null || page.isPrivate()) {
        return; // nor is what follows of use
      }
      if (!(page instanceof LentPage)) { // which lies in a tier
        Origin origin = new Origin(slot.isTakenOver(), slot.offeredAt(), length);
        int start = i * chunkTokens;
        List<TierQueue> takers = spiller.takers(keys.of(i), keys.before(i), origin);
        if (!takers.isEmpty()) {
          slot.publishedUpTo(chunkTokens);
          TokenRun own = TokenRun.copyOf(tokens, start, chunkTokens);
          whole(naming, new KnownChunk(keys.of(i), keys.before(i), start, own, page), takers, lull);
        }
      }
      slot.offeredAt(length);
    }
  }

  /** Whether a chunk was never offered, or a tier may want what it did not want before. */
  private boolean isAnyNew(List<Slot> slots, int length) {
    int before = length;
    for (Slot slot : slots) {
      if (slot.offeredAt() < 0 && !slot.isTakenOver()) {
        return true;
      }
      before = Math.min(before, slot.offeredAt());
    }
    return before < length && spiller.looksAgain(before, length);
  }

  /** Offers the chunks in memory of a model that has just got its lasting name. */
  void named(ModelSpace space) {
    Naming naming = memory.naming(space);
    List<KnownChunk> chunks = memory.all(space);
    try {
      Map<ChunkKey, Integer> ends = ends(chunks);
      for (KnownChunk known : chunks) {
        Origin origin = new Origin(false, -1, ends.getOrDefault(known.key(), 0));
        if (known.tokens().length() == space.geometry().chunkTokens()) {
          whole(naming, known, spiller.takers(known.key(), known.parent(), origin), null);
        } else if (known.tokens().length() >= KeyChain.TAIL_KEY_TOKENS) {
          tail(naming, known, origin);
        }
      }
    } finally {
      chunks.forEach(known -> known.page().release());
    }
  }

  /** Where the longest prompt ends that each of some chunks is part of. */
  private static Map<ChunkKey, Integer> ends(List<KnownChunk> parentsFirst) {
    Map<ChunkKey, Integer> ends = new HashMap<>();
    for (KnownChunk known : parentsFirst.reversed()) {
      int end = known.start() + known.tokens().length();
      int last = ends.merge(known.key(), end, Math::max);
      ends.merge(known.parent(), last, Math::max);
    }
    return ends;
  }

  /**
   * Offers the unfinished last chunk of a session that ends: its page is not written any more. As
   * {@link #finished}.
   */
  void ended(ModelSpace space, int[] tokens, int length, List<Slot> slots) {
    finished(space, tokens, length, slots, null);
    PageGeometry geometry = space.geometry();
    int chunk = length / geometry.chunkTokens();
    int start = chunk * geometry.chunkTokens();
    Naming naming = memory.naming(space);
    if (length - start < KeyChain.TAIL_KEY_TOKENS || !naming.lasting()) {
      return;
    }
    KvPage page = slots.get(chunk).shared(length - start);
    if (page == null || page.isPrivate()) {
      return;
    }
    ChunkKey parent = new ChunkKeys(naming, tokens, start, geometry.chunkTokens()).before(chunk);
    TokenRun own = TokenRun.copyOf(tokens, start, length - start);
    ChunkKey key = tailKey(parent, own);
    tail(naming, new KnownChunk(key, parent, start, own, page), new Origin(false, -1, length));
  }

  /** A chunk, and what leads to it from its first tokens alone. */
  private void whole(Naming naming, KnownChunk known, List<TierQueue> takers, @Nullable Lull lull) {
    ChunkDescriptor chunk = descriptor(known.key(), known, false);
    ChunkKey tailKey = tailKey(known.parent(), known.tokens());
    SpillJob job =
        new SpillJob(ChunkKind.FULL, chunk, naming, known.tokens(), tailKey, known.page(), lull);
    spiller.offer(job, takers);
  }

  private void tail(Naming naming, KnownChunk known, Origin origin) {
    ChunkKey key = tailKey(known.parent(), known.tokens());
    SpillJob job =
        new SpillJob(
            ChunkKind.TAIL,
            descriptor(key, known, true),
            naming,
            known.tokens(),
            null,
            known.page(),
            null);
    spiller.offer(job, spiller.takersOfTail(job, origin));
  }

  private static ChunkKey tailKey(ChunkKey parent, TokenRun tokens) {
    return new KeyChain().tail(parent, tokens.array(), tokens.from());
  }

  private static ChunkDescriptor descriptor(ChunkKey key, KnownChunk known, boolean replaces) {
    return new ChunkDescriptor(
        key,
        known.parent(),
        known.start(),
        known.tokens().length(),
        known.page().geometry(),
        replaces);
  }
}
