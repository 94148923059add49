/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.KeyChain;
import java.util.ArrayList;
import java.util.List;

/** The keys of a prompt's whole chunks, in their order. Immutable. */
final class ChunkKeys {
  private final ChunkKey root;
  private final List<ChunkKey> keys = new ArrayList<>();

  /**
   * @param tokens the prompt in {@code tokens[0 .. length)}; not retained
   */
  ChunkKeys(Naming naming, int[] tokens, int length, int chunkTokens) {
    root = naming.root();
    KeyChain chain = new KeyChain();
    for (int from = 0; from + chunkTokens <= length; from += chunkTokens) {
      keys.add(chain.next(before(keys.size()), tokens, from, chunkTokens));
    }
  }

  /** How many whole chunks there are. */
  int count() {
    return keys.size();
  }

  /** The key of a chunk, by its number in the prompt. */
  ChunkKey of(int chunk) {
    return keys.get(chunk);
  }

  /** The key of the chunk before, or the root: the parent of what follows, whole or not. */
  ChunkKey before(int chunk) {
    return chunk == 0 ? root : keys.get(chunk - 1);
  }
}
