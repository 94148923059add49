/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ArrayBlockingQueue;

/** Buffers of whole blocks for what is not aligned; a few are kept. Safe for several threads. */
final class Bounces {
  static final int BYTES = 1 << 20;
  private static final int KEPT = 16;

  private final ArrayBlockingQueue<MemorySegment> free = new ArrayBlockingQueue<>(KEPT);

  /** A buffer of {@link #BYTES} with any content. */
  MemorySegment take() {
    MemorySegment kept = free.poll();
    return kept != null ? kept : Arena.ofAuto().allocate(BYTES, Posix.BLOCK_BYTES);
  }

  /** Takes a buffer back that nothing reads or writes any more. */
  void giveBack(MemorySegment buffer) {
    boolean ignored = free.offer(buffer); // one too many is freed when it is unreachable
  }
}
