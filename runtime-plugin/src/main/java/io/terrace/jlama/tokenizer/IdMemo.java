/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama.tokenizer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;

/**
 * Token ids of texts seen before, bounded in bytes. Thread-safe. Arrays in it are never changed.
 */
final class IdMemo {
  /** Node and map entry of the cache, headers of string, its bytes and the array: rounded up. */
  private static final int ENTRY_BYTES = 160;

  private final Cache<String, long[]> cache;

  IdMemo(long capacityBytes) {
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight(capacityBytes)
            .weigher(IdMemo::bytes)
            // Eviction is short; it is not worth waking a thread of the application's pool.
            .executor(Runnable::run)
            .build();
  }

  long @Nullable [] get(String text) {
    return cache.getIfPresent(text);
  }

  void put(String text, long[] ids) {
    cache.put(text, ids);
  }

  /** Heap bytes of an entry, at most; the characters are counted as two bytes each. */
  static int bytes(String text, long[] ids) {
    long bytes =
        ENTRY_BYTES + (long) text.length() * Character.BYTES + (long) ids.length * Long.BYTES;
    return (int) Math.min(Integer.MAX_VALUE, bytes);
  }
}
