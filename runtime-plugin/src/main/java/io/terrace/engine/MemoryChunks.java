/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.device.KvPage;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.KvTier;
import io.terrace.spi.Page;
import io.terrace.spi.PageGeometry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The chunks in memory: the prefix index over the tier that keeps their pages.
 *
 * <p>One lock guards the index together with the tier's content, so that what the index knows is
 * what the tier holds. All work under it takes microseconds; pages are copied outside of it.
 *
 * <p>Safe for use by several threads.
 */
final class MemoryChunks {
  private final PageTier tier;
  private final EngineCounters counters;
  private final EngineEvents events;
  private final ReentrantLock lock = new ReentrantLock();
  private final PrefixIndex index = new PrefixIndex();
  private final IndexedTier chunks;

  /**
   * @param tier one that keeps pages
   * @param keySecret mixed into all keys; null if there is none
   * @param events is told of a chunk that is not kept since the tier throws
   */
  MemoryChunks(
      KvTier tier, byte @Nullable [] keySecret, EngineCounters counters, EngineEvents events) {
    this.tier = new PageTier(tier);
    this.counters = counters;
    this.events = events;
    chunks = new IndexedTier(this.tier, index, keySecret, counters);
  }

  ModelSpace space(
      byte[] fingerprint,
      boolean named,
      PageGeometry runtimeGeometry,
      @Nullable PageConverter converter) {
    lock.lock();
    try {
      return new ModelSpace(
          runtimeGeometry, converter, fingerprint, named, chunks.root(fingerprint));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Finds the longest known prefix of a prompt.
   *
   * @param tokens the prompt in {@code tokens[0 .. length)}; not retained
   * @param limit how many positions may be used at most
   */
  Match lookup(ModelSpace space, int[] tokens, int length, int limit) {
    lock.lock();
    try {
      return chunks.lookup(space, tokens, length, limit);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Publishes the chunks of a session that are finished and not known yet, and the unfinished last
   * one.
   *
   * @param tokens all tokens computed, in {@code tokens[0 .. length)}; not retained
   * @param pages where their KV lies, page by page
   */
  void publish(ModelSpace space, int[] tokens, int length, List<Slot> pages) {
    lock.lock();
    try {
      int chunkTokens = space.geometry().chunkTokens();
      PrefixNode node = space.root();
      for (int i = 0; i * chunkTokens < length; i++) {
        int from = i * chunkTokens;
        int count = Math.min(chunkTokens, length - from);
        PrefixNode child =
            publishOne(space, node, new TokenRun(tokens, from, from + count), pages.get(i));
        if (child == null) {
          return;
        }
        node = child;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns the node behind which the next chunk belongs, or null if there cannot be one. */
  private @Nullable PrefixNode publishOne(
      ModelSpace space, PrefixNode parent, TokenRun tokens, Slot slot) {
    PrefixNode known = IndexedTier.serving(parent, tokens);
    if (known != null) {
      return known;
    }
    KvPage shared = slot.shared(tokens.length());
    if (shared == null || shared.isPrivate()) {
      return null;
    }
    PrefixNode node;
    try {
      node = chunks.insert(space, parent, tokens, shared);
    } catch (RuntimeException | Error e) {
      slot.publishedUpTo(tokens.length()); // a tier that failed may hold the page all the same
      throw e;
    }
    if (node != null) {
      slot.publishedUpTo(tokens.length());
    }
    return node;
  }

  /**
   * Gives the chunks of a model new names, as when its fingerprint becomes known. What exists under
   * the new names already is not kept twice.
   */
  void rename(ModelSpace space, byte[] fingerprint) {
    lock.lock();
    try {
      chunks.rename(space, fingerprint);
    } finally {
      lock.unlock();
    }
  }

  /** Under which names a model's chunks go now. */
  Naming naming(ModelSpace space) {
    lock.lock();
    try {
      return new Naming(space.rootKey(), space.fingerprint(), space.isNamed());
    } finally {
      lock.unlock();
    }
  }

  /** A whole chunk by its key, with a reference for the caller; null if it is not here. */
  @Nullable StagedChunk find(ChunkKey key) {
    lock.lock();
    try {
      PrefixNode node = index.find(key);
      Page page = node == null ? null : tier.lease(key);
      return page == null || node == null
          ? null
          : new StagedChunk((KvPage) page, node.tokens().toArray());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Keeps a chunk that came from another tier, if all that leads to it is here. A tier that throws
   * does not keep it; whoever has the chunk goes on.
   *
   * @param chunk its number in the prompt
   */
  void keep(Prompt prompt, int chunk, StagedChunk found) {
    lock.lock();
    try {
      keepNow(prompt, chunk, found);
    } catch (RuntimeException e) {
      events.failed(new IllegalStateException("memory does not keep what came: " + e, e));
    } finally {
      lock.unlock();
    }
  }

  private void keepNow(Prompt prompt, int chunk, StagedChunk found) {
    int chunkTokens = prompt.geometry().chunkTokens();
    PrefixNode node = prompt.space().root();
    if (found.page().isPrivate() || !node.key().equals(prompt.naming().root())) {
      return; // it has other names by now
    }
    for (int i = 0; i < chunk; i++) {
      TokenRun run = new TokenRun(prompt.tokens(), prompt.start(i), prompt.start(i + 1));
      PrefixNode child = node.closestChild(run);
      if (child == null || child.tokens().commonPrefix(run) < chunkTokens) {
        return;
      }
      node = child;
    }
    TokenRun run = new TokenRun(found.tokens(), 0, found.tokens().length);
    if (IndexedTier.serving(node, run) == null) {
      chunks.insert(prompt.space(), node, run, found.page());
    }
  }

  /** All chunks of a model, each with a reference to its page for the caller. */
  List<KnownChunk> all(ModelSpace space) {
    List<KnownChunk> all = new ArrayList<>();
    lock.lock();
    try {
      int chunkTokens = space.geometry().chunkTokens();
      for (PrefixNode node : space.root().descendants()) {
        Page page = tier.lease(node.key());
        if (page != null) {
          int start = (node.depth() - 1) * chunkTokens;
          PrefixNode parent = Objects.requireNonNull(node.parent());
          all.add(new KnownChunk(node.key(), parent.key(), start, node.tokens(), (KvPage) page));
        }
      }
      return all;
    } catch (RuntimeException | Error e) {
      all.forEach(chunk -> chunk.page().release());
      throw e;
    } finally {
      lock.unlock();
    }
  }

  /** The tier gave a chunk up. */
  void evicted(ChunkKey key) {
    lock.lock();
    try {
      PrefixNode node = index.find(key);
      if (node != null) {
        index.remove(node);
      }
      counters.evicted.increment();
    } finally {
      lock.unlock();
    }
  }

  /** Asks the tier for memory; see {@link KvTier#reclaim}. */
  long reclaim(long bytes) {
    lock.lock();
    try {
      return tier.reclaim(bytes);
    } finally {
      lock.unlock();
    }
  }

  /** Chunks in memory now. */
  int size() {
    lock.lock();
    try {
      return index.size();
    } finally {
      lock.unlock();
    }
  }

  /** Whether memory keeps a chunk, and nothing that follows it: then it can give it up next. */
  boolean canGiveUp(ChunkKey key) {
    lock.lock();
    try {
      PrefixNode node = index.find(key);
      return node != null && !node.children().iterator().hasNext();
    } finally {
      lock.unlock();
    }
  }

  /** Bytes of the pages of all chunks in memory now. */
  long bytes() {
    lock.lock();
    try {
      return index.bytes();
    } finally {
      lock.unlock();
    }
  }

  void close() {
    tier.close();
    lock.lock();
    try {
      index.clear();
    } finally {
      lock.unlock();
    }
  }
}
