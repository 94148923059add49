/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.eviction;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.terrace.spi.CachedChunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.EvictionPolicy;
import java.util.HashSet;
import java.util.Set;

/**
 * W-TinyLFU (Einziger, Friedman and Manes, "TinyLFU: A Highly Efficient Cache Admission Policy",
 * ACM Transactions on Storage 13(4), 2017), by the library that it was made for: what Caffeine gave
 * up goes first, and what follows that before it.
 */
final class TinyLfu implements EvictionPolicy {
  static final String NAME = "w-tinylfu";

  private final Cache<ChunkKey, Integer> kept; // with the bytes of each
  private final Set<ChunkKey> givenUp = new HashSet<>(); // by Caffeine, and still there

  /**
   * @param capacityBytes of the tier
   */
  TinyLfu(long capacityBytes) {
    kept =
        Caffeine.newBuilder()
            .maximumWeight(capacityBytes)
            .<ChunkKey, Integer>weigher((key, bytes) -> bytes)
            .executor(Runnable::run)
            .evictionListener((key, bytes, cause) -> givenUp.add(key))
            .build();
  }

  @Override
  public void used(CachedChunk chunk, long nowMillis) {
    ChunkKey key = chunk.key();
    if (kept.getIfPresent(key) == null) { // which counts it
      givenUp.remove(key);
      kept.put(key, Math.toIntExact(chunk.bytes()));
    }
  }

  @Override
  public void gone(CachedChunk chunk) {
    kept.invalidate(chunk.key());
    givenUp.remove(chunk.key());
  }

  @Override
  public double worth(CachedChunk chunk, long nowMillis) {
    for (CachedChunk each = chunk; each != null; each = each.parent()) {
      if (givenUp.contains(each.key())) {
        return 0;
      }
    }
    return 1;
  }
}
