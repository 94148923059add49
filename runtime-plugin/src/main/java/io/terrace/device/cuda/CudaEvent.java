/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device.cuda;

/**
 * A point in the work of a {@linkplain CudaStream stream}: once recorded, it is over when all work
 * before it is. May be recorded again. Safe for use by several threads.
 */
public final class CudaEvent implements AutoCloseable {
  private static final int DISABLE_TIMING = 2; // CU_EVENT_…: without, it is cheaper

  private final CudaDevice device;
  private final long handle;

  CudaEvent(CudaDevice device) throws CudaException {
    this.device = device;
    handle =
        device.handle(
            "cuEventCreate",
            event -> (int) device.library().eventCreate.invokeExact(event, DISABLE_TIMING));
  }

  long handle() {
    return handle;
  }

  /** Whether all work before it is done; true if it was never recorded. */
  public boolean isOver() throws CudaException {
    int result = device.result(() -> (int) device.library().eventQuery.invokeExact(handle));
    if (result == CudaException.NOT_READY) {
      return false;
    }
    device.check("cuEventQuery", result);
    return true;
  }

  /** Waits until all work before it is done. Blocks. */
  public void synchronize() throws CudaException {
    device.call(
        "cuEventSynchronize", () -> (int) device.library().eventSynchronize.invokeExact(handle));
  }

  /** Ends it; work that waits for it goes on doing so. */
  @Override
  public void close() throws CudaException {
    device.call("cuEventDestroy", () -> (int) device.library().eventDestroy.invokeExact(handle));
  }
}
