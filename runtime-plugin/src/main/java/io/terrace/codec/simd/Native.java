/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec.simd;

import java.lang.foreign.MemorySegment;

/**
 * Tells the compiler that memory is native. Where it cannot see that, it goes by what the process
 * has done so far, and as soon as anything anywhere used vectors on a heap segment (the Vector API
 * itself does while it is interpreted), every access here would be compiled for both, at a quarter
 * of the speed.
 */
final class Native {
  private Native() {}

  /**
   * The same memory, of the same scope.
   *
   * @throws UnsupportedOperationException if it is not native
   */
  @SuppressWarnings("restricted") // neither longer nor longer-lived than before
  static MemorySegment of(MemorySegment memory) {
    return memory.reinterpret(memory.byteSize());
  }
}
