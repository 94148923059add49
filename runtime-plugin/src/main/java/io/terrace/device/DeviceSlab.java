/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import io.terrace.device.cuda.CudaDevice;
import io.terrace.device.cuda.CudaException;
import io.terrace.spi.PageGeometry;
import java.util.function.LongConsumer;

/** An allocation of device memory. Guarded by the lock of its pool. */
final class DeviceSlab extends Slab<DevicePage> {
  private final CudaDevice device;
  private final long memory;
  private final LongConsumer goes;

  /**
   * @param goes told of the memory before it is freed
   * @throws CudaException if the device has no room, or is lost
   */
  DeviceSlab(CudaDevice device, PageGeometry geometry, int pages, LongConsumer goes)
      throws CudaException {
    super(geometry, pages);
    this.device = device;
    this.goes = goes;
    memory = device.allocate(mappedBytes());
    fill(geometry, at -> new DevicePage(this, geometry, memory + at));
  }

  void tell(SlabWatcher watcher) {
    watcher.taken(memory, mappedBytes());
  }

  @Override
  void unmap() {
    goes.accept(memory);
    try {
      device.free(memory);
    } catch (CudaException e) {
      if (!e.isLost()) { // a lost device has lost its memory
        throw new IllegalStateException(e);
      }
    }
  }
}
