/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.KeyChain;
import io.terrace.spi.Page;
import io.terrace.spi.WriteResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The prefix index and the tier that keeps the pages of its chunks, which change together: what the
 * index knows is what the tier holds.
 *
 * <p>Guarded by the lock of {@link MemoryChunks}.
 */
final class IndexedTier {
  private final PageTier tier;
  private final PrefixIndex index;
  private final EngineCounters counters;
  private final KeyChain keys = new KeyChain();
  private final byte @Nullable [] keySecret;

  /**
   * @param keySecret mixed into all keys; null if there is none
   */
  IndexedTier(
      PageTier tier, PrefixIndex index, byte @Nullable [] keySecret, EngineCounters counters) {
    this.tier = tier;
    this.index = index;
    this.keySecret = keySecret == null ? null : keySecret.clone();
    this.counters = counters;
  }

  /** The node before all chunks of a model; made at the first call. */
  PrefixNode root(byte[] fingerprint) {
    return index.root(rootKey(fingerprint));
  }

  private ChunkKey rootKey(byte[] fingerprint) {
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
    try {
      return walk(space, tokens, length, limit, pages);
    } catch (RuntimeException | Error e) { // of a tier: what it lent before goes back
      pages.forEach(Page::release);
      throw e;
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

  /** The child that has these tokens already: the same chunk, or a longer unfinished one. */
  static @Nullable PrefixNode serving(PrefixNode parent, TokenRun tokens) {
    PrefixNode closest = parent.closestChild(tokens);
    return closest != null && closest.tokens().commonPrefix(tokens) == tokens.length()
        ? closest
        : null;
  }

  /**
   * Stores a chunk that no other serves for, in place of the unfinished one that it continues.
   *
   * @return null if the tier did not take it
   */
  @Nullable PrefixNode insert(ModelSpace space, PrefixNode parent, TokenRun tokens, Page page) {
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
    PrefixNode oldRoot = space.root();
    ChunkKey newRootKey = rootKey(fingerprint);
    if (!newRootKey.equals(oldRoot.key())) {
      space.moveTo(index.root(newRootKey), fingerprint);
      index.forgetRoot(oldRoot.key());
      moveChunks(space, oldRoot);
    }
  }

  /** Takes all chunks out, then puts them back from the root on: the tier never holds one twice. */
  private void moveChunks(ModelSpace space, PrefixNode oldRoot) {
    List<PrefixNode> nodes = oldRoot.descendants();
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
}
