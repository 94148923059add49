/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import io.terrace.device.cuda.CudaDevice;
import io.terrace.device.cuda.CudaException;
import io.terrace.spi.PageGeometry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Hands out pages of a device's memory from slabs under one budget of bytes for all geometries: to
 * allocate takes the driver far longer than a copy of a page, and waits for all work of the device
 * where memory is given back. Whoever takes a page gives it back when no work of the device uses
 * it.
 *
 * <p>Safe for use by several threads.
 */
public final class DevicePool implements AutoCloseable {
  private final CudaDevice device;
  private final Slabs<DevicePage, CudaException> slabs;
  private final List<SlabWatcher> watchers = new CopyOnWriteArrayList<>();

  /**
   * @param budgetBytes device memory that all slabs together may take
   */
  public DevicePool(CudaDevice device, long budgetBytes) {
    this.device = device;
    slabs = new Slabs<>(budgetBytes, this::makeSlab);
  }

  private @Nullable Slab<DevicePage> makeSlab(PageGeometry geometry, int pages)
      throws CudaException {
    try {
      DeviceSlab slab = new DeviceSlab(device, geometry, pages, this::goes);
      watchers.forEach(slab::tell);
      return slab;
    } catch (CudaException e) {
      if (e.isOutOfMemory()) {
        return null; // others on this device have it
      }
      throw e;
    }
  }

  /**
   * Takes a page. Its content is undefined.
   *
   * @return null if the budget is spent, or the device's memory: then others are to be given back
   * @throws CudaException if the device is of no more use
   */
  public @Nullable DevicePage take(PageGeometry geometry) throws CudaException {
    return slabs.take(geometry);
  }

  /** Gives a page back, once. */
  public void giveBack(DevicePage page) {
    slabs.putBack(page.slab(), page, page.geometry());
  }

  /** Has somebody told of the memory that pages lie in, now and from now on. */
  void watch(SlabWatcher watcher) {
    watchers.add(watcher);
    slabs.forEach(
        slab -> {
          if (slab instanceof DeviceSlab known) {
            known.tell(watcher);
          }
        });
  }

  private void goes(long memory) {
    watchers.forEach(watcher -> watcher.goes(memory));
  }

  /** Device memory that all slabs together may take. */
  public long budgetBytes() {
    return slabs.budgetBytes();
  }

  /** Device memory taken now. */
  public long mappedBytes() {
    return slabs.mappedBytes();
  }

  /** Pages that somebody has taken. */
  public long pagesInUse() {
    return slabs.pagesInUse();
  }

  /** Gives all memory back: what is unused at once, the rest slab by slab as its pages return. */
  @Override
  public void close() {
    slabs.close();
  }
}
