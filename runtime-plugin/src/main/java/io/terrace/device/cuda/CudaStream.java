/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device.cuda;

import java.lang.foreign.Arena;
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

  /**
   * Copies runs to the device, in one call.
   *
   * @param to where the first goes
   * @param from host memory, from the first run on to the end of the last
   */
  public void copyToDevice(long to, MemorySegment from, Runs runs) throws CudaException {
    if (runs.areOne()) {
      copyToDevice(to, from.asSlice(0, runs.length()));
    } else {
      copy(runs.fromHost(from.address(), to));
    }
  }

  /**
   * Copies runs to the host, in one call.
   *
   * @param to host memory, from the first run on to the end of the last
   * @param from where the first is
   */
  public void copyToHost(MemorySegment to, long from, Runs runs) throws CudaException {
    if (runs.areOne()) {
      copyToHost(to.asSlice(0, runs.length()), from);
    } else {
      copy(runs.fromDevice(from, to.address()));
    }
  }

  private void copy(Runs.Copy copy) throws CudaException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment argument = copy.argument(arena);
      device.call(
          "cuMemcpy2DAsync",
          () -> (int) device.library().memcpy2DAsync.invokeExact(argument, handle));
    }
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
