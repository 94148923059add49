/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.format;

/** What a stored chunk holds. */
public enum ChunkKind {
  /** The KV of {@code chunkTokens} positions. */
  FULL,
  /**
   * The KV of the first positions of a chunk, compact: {@code [layer][K|V][positions][kvLength]}.
   * Stored under {@link io.terrace.spi.KeyChain#tail}.
   */
  TAIL,
  /**
   * No KV, but the key of a full chunk that begins with the same tokens. Stored under {@link
   * io.terrace.spi.KeyChain#tail}.
   */
  REFERENCE
}
