/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.device.Holder;
import io.terrace.device.PagePool;

/**
 * What is done when the budget of pages is spent, in this order: what was fetched ahead and nobody
 * asked for goes; memory gives chunks up; what waits to be stored below memory does, and no more
 * may wait; and then pages come from outside of the budget.
 *
 * <p>Safe for use by several threads.
 */
final class MemoryBudget {
  private final PagePool pool;
  private final MemoryChunks memory;
  private final Staging staging;
  private final Spiller spiller;
  private final EngineEvents events;

  MemoryBudget(
      PagePool pool, MemoryChunks memory, Staging staging, Spiller spiller, EngineEvents events) {
    this.pool = pool;
    this.memory = memory;
    this.staging = staging;
    this.spiller = spiller;
    this.events = events;
  }

  /**
   * Makes pages come free; not under the pool's lock.
   *
   * @return how many bytes did; 0 if nobody can give any
   */
  long reclaim(long bytes) {
    long freed = staging.drop(bytes);
    if (freed == 0) {
      freed = evict(bytes);
    }
    if (freed == 0) {
      freed = spiller.giveUp(bytes, memory::canGiveUp);
      if (freed > 0) {
        evict(bytes); // memory was the last to hold them
      }
    }
    if (freed == 0) {
      spiller.memoryIsSpent();
    } else {
      spiller.memoryIsThere();
    }
    return freed;
  }

  private long evict(long bytes) {
    try {
      return memory.reclaim(bytes);
    } catch (RuntimeException | Error e) { // a session needs a page: it gets one without the tier
      events.failed(
          new IllegalStateException(
              "a tier gave no memory back, a session gets a page outside of pool.bytes: " + e, e));
      return 0;
    }
  }

  /** Who holds pages now. */
  MemoryAccount account() {
    long ahead = staging.aheadBytes();
    return new MemoryAccount(
        pool.budgetBytes(),
        pool.mappedBytes(),
        pool.budgetBytes() - pool.bytesInUse(),
        pool.heldBytes(Holder.SESSIONS),
        Math.max(0, pool.heldBytes(Holder.STAGING) - ahead),
        ahead,
        pool.heldBytes(Holder.WRITES),
        memory.bytes(),
        pool.privateBytes());
  }
}
