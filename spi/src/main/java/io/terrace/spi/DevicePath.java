/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import java.lang.foreign.MemorySegment;

/**
 * The way of payloads between a tier and device memory that does not touch host memory, as with
 * GPUDirect Storage. Headers are host memory all the same.
 *
 * <p>A device address is what the driver's allocation returned (a {@code CUdeviceptr}), plus any
 * offset within the allocation.
 *
 * <p>An object of its own beside its tier, not the tier itself: which {@code read} a lambda is for
 * could not be told.
 */
public interface DevicePath {
  /** Where a chunk that is read goes. */
  @FunctionalInterface
  interface DeviceSink {
    /**
     * As {@link ChunkSink#accept}.
     *
     * @return address of {@code payloadBytes} bytes of device memory; 0 if the payload is not
     *     wanted
     */
    long accept(MemorySegment header, long payloadBytes);
  }

  /**
   * States that payloads will come from and go to this memory. Optional, for speed.
   *
   * @throws TierException if the memory cannot be registered; it may be used all the same
   */
  void register(long deviceAddress, long bytes) throws TierException;

  /** Takes {@link #register} back, before the memory is freed. */
  void unregister(long deviceAddress);

  /**
   * As {@link ChunkReader#read}.
   *
   * @throws TierException if the chunk may be here but could not be read by the deadline
   */
  ReadOutcome read(ChunkKey key, DeviceSink sink, Deadline deadline) throws TierException;

  /**
   * As {@link ChunkWriter#write}.
   *
   * @throws TierException if the chunk could not be stored by the deadline
   */
  WriteResult write(
      ChunkDescriptor chunk,
      MemorySegment header,
      long deviceAddress,
      long payloadBytes,
      Deadline deadline)
      throws TierException;
}
