/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.ChunkKey;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The chunks in memory, as one tree of token runs for each root: from a chunk to the chunks known
 * to follow it. A chunk is found by its tokens, exactly or by its longest common prefix, and by its
 * key when a tier gives it up.
 *
 * <p>Among siblings no unfinished chunk is a prefix of another one: the longer serves for both.
 *
 * <p>Guarded by the lock of {@link MemoryChunks}.
 */
final class PrefixIndex {
  private final Map<ChunkKey, PrefixNode> roots = new HashMap<>();
  private final Map<ChunkKey, PrefixNode> chunks = new HashMap<>();
  private long bytes;

  /** The tree of a root; made at the first call. */
  PrefixNode root(ChunkKey rootKey) {
    return roots.computeIfAbsent(rootKey, PrefixNode::root);
  }

  void forgetRoot(ChunkKey rootKey) {
    roots.remove(rootKey);
  }

  /**
   * Adds a chunk.
   *
   * @param bytes of its page
   */
  PrefixNode add(PrefixNode parent, TokenRun tokens, ChunkKey key, long bytes) {
    PrefixNode node = parent.addChild(tokens, key, bytes);
    PrefixNode before = chunks.put(key, node);
    this.bytes += bytes - (before == null ? 0 : before.bytes());
    return node;
  }

  @Nullable PrefixNode find(ChunkKey key) {
    return chunks.get(key);
  }

  /** Removes a chunk and, since nobody can reach them any more, all that follow it. */
  void remove(PrefixNode node) {
    PrefixNode parent = node.parent();
    if (parent != null) {
      parent.removeChild(node);
    }
    forgetKeys(node);
  }

  /** Removes all that follow a chunk or a root. */
  void removeChildren(PrefixNode node) {
    node.children().forEach(this::forgetKeys);
    node.removeChildren();
  }

  /** Forgets a chunk and all that follow it by name. */
  private void forgetKeys(PrefixNode node) {
    forgetKey(node);
    node.descendants().forEach(this::forgetKey);
  }

  private void forgetKey(PrefixNode node) {
    if (chunks.remove(node.key(), node)) {
      bytes -= node.bytes();
    }
  }

  int size() {
    return chunks.size();
  }

  /** Bytes of the pages of all chunks. */
  long bytes() {
    return bytes;
  }

  /** Nothing is there any more. */
  void clear() {
    roots.values().forEach(this::removeChildren);
  }
}
