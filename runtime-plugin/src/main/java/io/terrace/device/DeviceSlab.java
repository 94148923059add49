/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import io.terrace.device.cuda.CudaDevice;
import io.terrace.device.cuda.CudaException;
import io.terrace.spi.PageGeometry;

/** An allocation of device memory. Guarded by the lock of its pool. */
final class DeviceSlab extends Slab<DevicePage> {
  private final CudaDevice device;
  private final long memory;

  /**
   * @throws CudaException if the device has no room, or is lost
   */
  DeviceSlab(CudaDevice device, PageGeometry geometry, int pages) throws CudaException {
    super(geometry, pages);
    this.device = device;
    memory = device.allocate(mappedBytes());
    fill(geometry, at -> new DevicePage(this, geometry, memory + at));
  }

  @Override
  void unmap() {
    try {
      device.free(memory);
    } catch (CudaException e) {
      if (!e.isLost()) { // a lost device has lost its memory
        throw new IllegalStateException(e);
      }
    }
  }
}
