/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.device.KvPage;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.KeyChain;
import io.terrace.spi.KvTier;
import io.terrace.spi.Page;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.WriteResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
  private final ReentrantLock lock = new ReentrantLock();
  private final PrefixIndex index = new PrefixIndex();
  private final KeyChain keys = new KeyChain();
  private final byte @Nullable [] keySecret;

  /**
   * @param tier one that keeps pages
   * @param keySecret mixed into all keys; null if there is none
   */
  MemoryChunks(KvTier tier, byte @Nullable [] keySecret, EngineCounters counters) {
    this.tier = new PageTier(tier);
    this.keySecret = keySecret == null ? null : keySecret.clone();
    this.counters = counters;
  }

  ModelSpace space(
      byte[] fingerprint,
      boolean named,
      PageGeometry runtimeGeometry,
      @Nullable PageConverter converter) {
    lock.lock();
    try {
      return new ModelSpace(
          runtimeGeometry, converter, fingerprint, named, index.root(root(fingerprint)));
    } finally {
      lock.unlock();
    }
  }

  private ChunkKey root(byte[] fingerprint) {
    return keySecret == null
        ? keys.root(fingerprint)
        : keys.root(fingerprint, KeyChain.noSalt(), keySecret);
  }

  /**
   * Finds the longest known prefix of a prompt.
   *
   * @param tokens the prompt in {@code tokens[0 .. length)}; not retained
   * @param limit how many positions may be used at most
   */
  Match lookup(ModelSpace space, int[] tokens, int length, int limit) {
    List<Page> pages = new ArrayList<>(limit / space.geometry().chunkTokens());
    lock.lock();
    try {
      return walk(space, tokens, length, limit, pages);
    } catch (RuntimeException | Error e) { // of a tier: what it lent before goes back
      pages.forEach(Page::release);
      throw e;
    } finally {
      lock.unlock();
    }
  }

  private Match walk(ModelSpace space, int[] tokens, int length, int limit, List<Page> pages) {
    int chunkTokens = space.geometry().chunkTokens();
    PrefixNode node = space.root();
    int position = 0;
    while (position < limit) {
      TokenRun wanted = new TokenRun(tokens, position, Math.min(position + chunkTokens, length));
      PrefixNode child = node.closestChild(wanted);
      if (child == null) {
        break;
      }
      Page page = tier.lease(child.key());
      if (page == null) {
        index.remove(child); // a tier that lost it without a word
        continue;
      }
      int shared = Math.min(child.tokens().commonPrefix(wanted), limit - position);
      if (shared < chunkTokens) {
        return new Match(pages, page, position + shared);
      }
      pages.add(page);
      position += chunkTokens;
      node = child;
    }
    return position == 0 ? Match.NOTHING : new Match(pages, null, position);
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
    PrefixNode known = serving(parent, tokens);
    if (known != null) {
      return known;
    }
    KvPage shared = slot.shared(tokens.length());
    if (shared == null || shared.isPrivate()) {
      return null;
    }
    PrefixNode node;
    try {
      node = insert(space, parent, tokens, shared);
    } catch (RuntimeException | Error e) {
      slot.publishedUpTo(tokens.length()); // a tier that failed may hold the page all the same
      throw e;
    }
    if (node != null) {
      slot.publishedUpTo(tokens.length());
    }
    return node;
  }

  /** The child that has these tokens already: the same chunk, or a longer unfinished one. */
  private static @Nullable PrefixNode serving(PrefixNode parent, TokenRun tokens) {
    PrefixNode closest = parent.closestChild(tokens);
    return closest != null && closest.tokens().commonPrefix(tokens) == tokens.length()
        ? closest
        : null;
  }

  /** Stores a chunk that no other serves for, in place of the unfinished one that it continues. */
  private @Nullable PrefixNode insert(
      ModelSpace space, PrefixNode parent, TokenRun tokens, Page page) {
    PrefixNode closest = parent.closestChild(tokens);
    if (closest != null && closest.tokens().commonPrefix(tokens) == closest.tokens().length()) {
      tier.remove(closest.key());
      index.remove(closest);
    }
    ChunkKey key = keys.next(parent.key(), tokens.array(), tokens.from(), tokens.length());
    WriteResult result = tier.write(space, parent, key, tokens, page);
    switch (result) {
      case STORED -> counters.published.increment();
      case PRESENT -> counters.publishedBefore.increment();
      case NO_ROOM, ORPHAN -> {
        counters.noRoom.increment();
        return null;
      }
    }
    TokenRun own = TokenRun.copyOf(tokens.array(), tokens.from(), tokens.length());
    return index.add(parent, own, key, page.geometry().pageBytes());
  }

  /**
   * Gives the chunks of a model new names, as when its fingerprint becomes known. What exists under
   * the new names already is not kept twice.
   */
  void rename(ModelSpace space, byte[] fingerprint) {
    lock.lock();
    try {
      PrefixNode oldRoot = space.root();
      ChunkKey newRootKey = root(fingerprint);
      if (!newRootKey.equals(oldRoot.key())) {
        space.moveTo(index.root(newRootKey), fingerprint);
        index.forgetRoot(oldRoot.key());
        moveChunks(space, oldRoot);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes all chunks out, then puts them back from the root on: the tier never holds one twice. */
  private void moveChunks(ModelSpace space, PrefixNode oldRoot) {
    List<PrefixNode> nodes = descendants(oldRoot);
    Map<PrefixNode, Page> pages = new HashMap<>();
    try {
      for (PrefixNode node : nodes) {
        Page page = tier.lease(node.key());
        if (page != null) {
          pages.put(node, page);
        }
      }
      index.removeChildren(oldRoot);
      for (PrefixNode node : nodes.reversed()) {
        tier.remove(node.key());
      }
      putBack(space, oldRoot, nodes, pages);
    } finally {
      pages.values().forEach(Page::release);
    }
  }

  private void putBack(
      ModelSpace space, PrefixNode oldRoot, List<PrefixNode> nodes, Map<PrefixNode, Page> pages) {
    Map<PrefixNode, PrefixNode> moved = new HashMap<>();
    moved.put(oldRoot, space.root());
    for (PrefixNode node : nodes) {
      PrefixNode parent = moved.get(node.parent());
      Page page = pages.get(node);
      if (parent == null || page == null) {
        continue;
      }
      PrefixNode known = serving(parent, node.tokens());
      PrefixNode now = known != null ? known : insert(space, parent, node.tokens(), page);
      if (now != null) {
        moved.put(node, now);
      }
    }
  }

  /** All nodes below one, parents before their children. */
  private static List<PrefixNode> descendants(PrefixNode root) {
    List<PrefixNode> nodes = new ArrayList<>();
    root.children().forEach(nodes::add);
    for (int i = 0; i < nodes.size(); i++) {
      nodes.get(i).children().forEach(nodes::add);
    }
    return nodes;
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
   * Keeps a chunk that came from another tier, if all that leads to it is here.
   *
   * @param chunk its number in the prompt
   */
  void keep(Prompt prompt, int chunk, StagedChunk found) {
    lock.lock();
    try {
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
      if (serving(node, run) == null) {
        insert(prompt.space(), node, run, found.page());
      }
    } finally {
      lock.unlock();
    }
  }

  /** All chunks of a model, each with a reference to its page for the caller. */
  List<KnownChunk> all(ModelSpace space) {
    List<KnownChunk> chunks = new ArrayList<>();
    lock.lock();
    try {
      int chunkTokens = space.geometry().chunkTokens();
      for (PrefixNode node : descendants(space.root())) {
        Page page = tier.lease(node.key());
        if (page != null) {
          int start = (node.depth() - 1) * chunkTokens;
          PrefixNode parent = Objects.requireNonNull(node.parent());
          chunks.add(new KnownChunk(node.key(), parent.key(), start, node.tokens(), (KvPage) page));
        }
      }
      return chunks;
    } catch (RuntimeException | Error e) {
      chunks.forEach(chunk -> chunk.page().release());
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
