/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.ChunkKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A chunk in the {@link PrefixIndex}, with the chunks known to follow it in the order of their
 * tokens. Guarded by the lock of {@link MemoryChunks}.
 */
final class PrefixNode {
  private final @Nullable PrefixNode parent;
  private final TokenRun tokens;
  private final TreeMap<TokenRun, PrefixNode> children = new TreeMap<>();
  private final int depth;
  private final ChunkKey key;
  private final long bytes;

  private PrefixNode(@Nullable PrefixNode parent, TokenRun tokens, ChunkKey key, long bytes) {
    this.parent = parent;
    this.bytes = bytes;
    this.tokens = tokens;
    this.key = key;
    depth = parent == null ? 0 : parent.depth + 1;
  }

  /** The node that stands for no token at all. */
  static PrefixNode root(ChunkKey key) {
    return new PrefixNode(null, new TokenRun(new int[0], 0, 0), key, 0);
  }

  /** Adds a chunk behind this one; its tokens are kept. */
  PrefixNode addChild(TokenRun childTokens, ChunkKey childKey, long childBytes) {
    PrefixNode child = new PrefixNode(this, childTokens, childKey, childBytes);
    children.put(childTokens, child);
    return child;
  }

  void removeChild(PrefixNode child) {
    children.remove(child.tokens, child);
  }

  void removeChildren() {
    children.clear();
  }

  /**
   * The child that shares the longest prefix with {@code wanted}, of those that share any.
   *
   * <p>Among runs in lexicographic order, it is the greatest one not above {@code wanted} or the
   * least one not below.
   */
  @Nullable PrefixNode closestChild(TokenRun wanted) {
    PrefixNode below = valueOf(children.floorEntry(wanted));
    int shareBelow = below == null ? 0 : below.tokens.commonPrefix(wanted);
    if (shareBelow == wanted.length()) {
      return below; // no other shares more
    }
    PrefixNode above = valueOf(children.ceilingEntry(wanted));
    int shareAbove = above == null ? 0 : above.tokens.commonPrefix(wanted);
    if (shareBelow == 0 && shareAbove == 0) {
      return null;
    }
    return shareAbove > shareBelow ? above : below;
  }

  private static @Nullable PrefixNode valueOf(Map.@Nullable Entry<TokenRun, PrefixNode> entry) {
    return entry == null ? null : entry.getValue();
  }

  @Nullable PrefixNode parent() {
    return parent;
  }

  TokenRun tokens() {
    return tokens;
  }

  Iterable<PrefixNode> children() {
    return children.values();
  }

  /** All chunks that follow this one, parents before their children: a chain may be long. */
  List<PrefixNode> descendants() {
    List<PrefixNode> nodes = new ArrayList<>(children.values());
    for (int i = 0; i < nodes.size(); i++) {
      nodes.addAll(nodes.get(i).children.values());
    }
    return nodes;
  }

  ChunkKey key() {
    return key;
  }

  /** Bytes of the chunk's page; 0 for the root. */
  long bytes() {
    return bytes;
  }

  /** Chunks before this one, itself included: 0 for the root. */
  int depth() {
    return depth;
  }
}
