/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

/** A chunk that a tier has, as a policy knows it. */
public interface CachedChunk {
  /** What it is found by. */
  ChunkKey key();

  /** How many tokens' KV it has: about what it takes to compute it again. */
  int positions();

  /** What its tier has to keep for it. */
  long bytes();

  /** When it was stored, or asked for last, in milliseconds since 1970. */
  long usedAtMillis();
}
