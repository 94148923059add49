/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.ChunkSink;
import java.lang.foreign.MemorySegment;

/** A sink that throws, always the same exception. */
final class ThrowingSink implements ChunkSink {
  private final RuntimeException thrown =
      new UnsupportedOperationException("thrown by a sink on purpose");

  @Override
  public MemorySegment accept(MemorySegment header, long payloadBytes) {
    throw thrown;
  }

  RuntimeException thrown() {
    return thrown;
  }
}
