/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import java.util.concurrent.ArrayBlockingQueue;

/** Heap memory between a connection and a page; some is kept. Safe for use by several threads. */
final class Buffers {
  /** As much as the connection's own buffers hold, and a header. */
  private static final int BYTES = 1 << 16;

  private final ArrayBlockingQueue<byte[]> free;

  /**
   * @param kept how many, at most
   */
  Buffers(int kept) {
    free = new ArrayBlockingQueue<>(kept);
  }

  /** A buffer with any content. */
  byte[] take() {
    byte[] kept = free.poll();
    return kept != null ? kept : new byte[BYTES];
  }

  /** Takes a buffer back that nothing reads or writes any more. */
  void giveBack(byte[] buffer) {
    boolean ignored = free.offer(buffer); // one too many is garbage
  }
}
