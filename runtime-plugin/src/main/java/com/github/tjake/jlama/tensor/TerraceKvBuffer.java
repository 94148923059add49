/* SPDX-License-Identifier: Apache-2.0 */
package com.github.tjake.jlama.tensor;

import java.util.UUID;

/**
 * Opens the package-private constructor of Jlama's buffer to the adapter, and does nothing else. It
 * is defined in Jlama's own class loader, because only a class of Jlama's package there may call
 * it.
 */
public abstract class TerraceKvBuffer extends KvBufferCache.KvBuffer {
  private static final int PAGE_BYTES_OF_JLAMA =
      1 << 23; // only sizes a page table that stays empty

  protected TerraceKvBuffer(KvBufferCache cache, UUID session) {
    cache.super(session, PAGE_BYTES_OF_JLAMA, false);
  }
}
