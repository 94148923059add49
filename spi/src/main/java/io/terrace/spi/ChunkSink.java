/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Where a chunk that is read goes. The reader learns what the chunk is before it says where its
 * payload belongs, so that one request, or one open file, serves for both, and the payload is never
 * copied.
 */
@FunctionalInterface
public interface ChunkSink {
  /**
   * Takes the header and gives memory for the payload. The tier calls it, or {@link #ask}, once for
   * a chunk that is there, from the thread of the read or one of its own, and lets what it throws
   * pass through.
   *
   * @param header the first {@link Chunk#HEADER_BYTES} bytes stored, or all if there are fewer;
   *     native or heap memory, not to be written, valid until this call returns
   * @param payloadBytes how many bytes are stored behind the header
   * @return memory of the caller, native, of exactly {@code payloadBytes} bytes and any alignment,
   *     to be filled before the read returns and not touched after it; a tier that fills it from
   *     another thread fails the read if the memory is confined to one. Null if the payload is not
   *     wanted
   */
  @Nullable MemorySegment accept(MemorySegment header, long payloadBytes);

  /**
   * As {@link #accept}, and checks the length of what it gives: what a tier should call.
   *
   * @throws IllegalArgumentException if the memory has another length than {@code payloadBytes}
   */
  default @Nullable MemorySegment ask(MemorySegment header, long payloadBytes) {
    MemorySegment memory = accept(header, payloadBytes);
    if (memory != null && memory.byteSize() != payloadBytes) {
      throw new IllegalArgumentException(
          "a payload of " + payloadBytes + " bytes does not fit memory of " + memory.byteSize());
    }
    return memory;
  }
}
