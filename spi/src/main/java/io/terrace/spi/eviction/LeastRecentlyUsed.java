/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.eviction;

import io.terrace.spi.CachedChunk;
import io.terrace.spi.EvictionPolicy;

/** What was used last is worth most. */
public final class LeastRecentlyUsed implements EvictionPolicy {
  /** What configuration calls it. */
  public static final String NAME = "lru";

  @Override
  public void used(CachedChunk chunk, long nowMillis) {}

  @Override
  public void gone(CachedChunk chunk) {}

  @Override
  public double worth(CachedChunk chunk, long nowMillis) {
    return chunk.usedAtMillis();
  }
}
