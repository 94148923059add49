/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.terrace.spi.TierException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Memory of a caller that a transfer on another thread may use until the caller takes it back. No
 * access is under way once {@link #takeBack} has returned, and none begins after it.
 */
final class Borrowed {
  private static final Thread ANY_OTHER = Thread.ofPlatform().unstarted(() -> {});

  private @Nullable MemorySegment memory;

  private Borrowed(MemorySegment memory) {
    this.memory = memory;
  }

  /**
   * Lends memory.
   *
   * @throws TierException if only the caller's thread may touch it
   */
  static Borrowed of(MemorySegment memory) throws TierException {
    if (!memory.isAccessibleBy(ANY_OTHER)) {
      throw new TierException("memory that is confined to a thread takes part in no transfer");
    }
    return new Borrowed(memory);
  }

  /**
   * Fills a part.
   *
   * @throws TierException if the caller has the memory back
   */
  void write(long offset, byte[] source, int sourceOffset, int length) throws TierException {
    synchronized (this) {
      MemorySegment.copy(source, sourceOffset, lent(), JAVA_BYTE, offset, length);
    }
  }

  /**
   * Fills a part.
   *
   * @throws TierException if the caller has the memory back
   */
  void write(long offset, MemorySegment source) throws TierException {
    synchronized (this) {
      MemorySegment.copy(source, 0, lent(), offset, source.byteSize());
    }
  }

  /**
   * Reads a part.
   *
   * @throws TierException if the caller has the memory back
   */
  void read(long offset, byte[] target, int targetOffset, int length) throws TierException {
    synchronized (this) {
      MemorySegment.copy(lent(), JAVA_BYTE, offset, target, targetOffset, length);
    }
  }

  private MemorySegment lent() throws TierException {
    if (memory == null) {
      throw new TierException("nobody waits for the transfer any more");
    }
    return memory;
  }

  synchronized void takeBack() {
    memory = null;
  }
}
