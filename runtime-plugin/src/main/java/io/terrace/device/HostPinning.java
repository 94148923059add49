/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import io.terrace.device.cuda.CudaDevice;
import io.terrace.device.cuda.CudaException;
import java.lang.foreign.MemorySegment;

/**
 * Pins memory of the host for a device. Where that fails copies wait for one another, and all else
 * goes on.
 */
final class HostPinning {
  private final CudaDevice device;

  HostPinning(CudaDevice device) {
    this.device = device;
  }

  /** Whether it is pinned now. */
  boolean pin(MemorySegment memory) {
    try {
      device.pin(memory);
      return true;
    } catch (CudaException e) {
      return false; // too much is pinned, or the device is lost, as the next call says
    }
  }

  /** Before the memory goes. */
  void unpin(MemorySegment memory) {
    try {
      device.unpin(memory);
    } catch (CudaException e) {
      // a lost device has lost this, too
    }
  }
}
