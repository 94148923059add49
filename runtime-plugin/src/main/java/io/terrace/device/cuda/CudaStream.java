/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device.cuda;

import java.lang.foreign.MemorySegment;

/**
 * Work of a device, done in the order in which it was given; other streams are waited for by events
 * alone. What is given returns at once: memory it reads or writes must stay until it is done.
 *
 * <p>Safe for use by several threads.
 */
public final class CudaStream implements AutoCloseable {
  private static final int NON_BLOCKING = 1; // CU_STREAM_…: not ordered with the default stream

  private final CudaDevice device;
  private final long handle;

  CudaStream(CudaDevice device) throws CudaException {
    this.device = device;
    handle =
        device.handle(
            "cuStreamCreate",
            stream -> (int) device.library().streamCreate.invokeExact(stream, NON_BLOCKING));
  }

  CudaDevice device() {
    return device;
  }

  long handle() {
    return handle;
  }

  /**
   * Copies to the device.
   *
   * @param from host memory, pinned or not: what is not is copied elsewhere before this returns
   */
  public void copyToDevice(long to, MemorySegment from) throws CudaException {
    device.call(
        "cuMemcpyHtoDAsync",
        () ->
            (int)
                device
                    .library()
                    .memcpyHtoDAsync
                    .invokeExact(to, from.address(), from.byteSize(), handle));
  }

  /**
   * Copies to the host.
   *
   * @param to host memory; unless pinned, this waits for the copy
   */
  public void copyToHost(MemorySegment to, long from) throws CudaException {
    device.call(
        "cuMemcpyDtoHAsync",
        () ->
            (int)
                device
                    .library()
                    .memcpyDtoHAsync
                    .invokeExact(to.address(), from, to.byteSize(), handle));
  }

  /** Records an event behind all work given so far. */
  public void record(CudaEvent event) throws CudaException {
    device.call(
        "cuEventRecord",
        () -> (int) device.library().eventRecord.invokeExact(event.handle(), handle));
  }

  /** What is given from now on waits for an event, as last recorded. Returns at once. */
  public void await(CudaEvent event) throws CudaException {
    device.call(
        "cuStreamWaitEvent",
        () -> (int) device.library().streamWaitEvent.invokeExact(handle, event.handle(), 0));
  }

  /** Waits until all work given so far is done. Blocks. */
  public void synchronize() throws CudaException {
    device.call(
        "cuStreamSynchronize", () -> (int) device.library().streamSynchronize.invokeExact(handle));
  }

  /** Ends it, when its work is done; returns at once. */
  @Override
  public void close() throws CudaException {
    device.call("cuStreamDestroy", () -> (int) device.library().streamDestroy.invokeExact(handle));
  }
}
