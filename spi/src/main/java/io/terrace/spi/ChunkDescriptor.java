/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

/**
 * What a tier is told of a chunk beside its content.
 *
 * @param key names the chunk
 * @param parent key of the chunk before it, or the model's root for the first
 * @param startPosition position of the chunk's first token in the prompt: 0 for a first chunk
 * @param positions how many positions of the page are filled: less than {@code
 *     geometry.chunkTokens()} for the unfinished last chunk of a prompt
 * @param geometry shape of the page
 * @param replaces whether it takes the place of what is stored under its key: so do tails and
 *     references, whose key names no more than their first tokens ({@link KeyChain#tail})
 */
public record ChunkDescriptor(
    ChunkKey key,
    ChunkKey parent,
    int startPosition,
    int positions,
    PageGeometry geometry,
    boolean replaces) {

  /** Checks that the positions fit the geometry. */
  public ChunkDescriptor {
    if (positions < 1 || positions > geometry.chunkTokens()) {
      throw new IllegalArgumentException(
          "positions must be 1 to " + geometry.chunkTokens() + ", got " + positions);
    }
    if (startPosition < 0 || startPosition % geometry.chunkTokens() != 0) {
      throw new IllegalArgumentException(
          "startPosition must be a multiple of "
              + geometry.chunkTokens()
              + ", got "
              + startPosition);
    }
  }

  /** Of a chunk whose key names all of its tokens: it replaces nothing. */
  public ChunkDescriptor(
      ChunkKey key, ChunkKey parent, int startPosition, int positions, PageGeometry geometry) {
    this(key, parent, startPosition, positions, geometry, false);
  }

  /** Whether no chunk comes before this one. */
  public boolean isFirst() {
    return startPosition == 0;
  }
}
