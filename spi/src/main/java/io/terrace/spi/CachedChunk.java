/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import org.jspecify.annotations.Nullable;

/** A chunk that a tier has, as a policy knows it. */
public interface CachedChunk {
  /** What it is found by. */
  ChunkKey key();

  /** The one before it; null if it is the first of a text, or its tier does not know. */
  @Nullable CachedChunk parent();

  /** How many tokens' KV it has: about what it takes to compute it again. */
  int positions();

  /** What its tier has to keep for it. */
  long bytes();

  /** When it was stored, or asked for last, in milliseconds since 1970. */
  long usedAtMillis();
}
