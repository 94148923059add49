/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory to work in, as large as was ever asked for. It is the collector that takes it back: a tier
 * that never returns from a write may have it still.
 */
final class Scratch {
  /** Of a page of the operating system, so that direct I/O can use it. */
  private static final long ALIGNMENT = 4096;

  private MemorySegment memory = MemorySegment.NULL;

  /** Exactly so many bytes, with anything in them; the same memory until more is asked for. */
  MemorySegment of(long bytes) {
    if (memory.byteSize() < bytes) {
      memory = Arena.ofAuto().allocate(bytes, ALIGNMENT);
    }
    return memory.asSlice(0, bytes);
  }
}
