/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import io.terrace.device.cuda.AttentionKernel;
import io.terrace.device.cuda.ChecksumKernel;
import io.terrace.device.cuda.CudaDevice;
import io.terrace.device.cuda.CudaException;
import io.terrace.device.cuda.CudaStream;
import io.terrace.device.cuda.Kernels;
import io.terrace.spi.PageGeometry;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A device that sessions compute attention on: its pages, and one stream each to compute, to spill
 * to pages of the host and to load from them, ordered by events alone. What the pages of the host
 * lie in is pinned, so that copies go on by themselves.
 *
 * <p>A device that fails is lost for the rest of the process: whoever uses it goes on on the host.
 *
 * <p>Safe for use by several threads.
 */
public final class DeviceMemory implements AutoCloseable {
  private final CudaDevice device;
  private final DevicePool pool;
  private final PagePool hostPool;
  private final DeviceCopies copies;
  private final CudaStream compute;
  private final CudaStream spill;
  private final CudaStream load;
  private final Kernels kernels;
  private final AttentionKernel kernel;
  private final Exchanges exchanges;
  private final DirectPages direct;
  private final ConcurrentLinkedDeque<TableEvents> events = new ConcurrentLinkedDeque<>();
  private final LongAdder spilledBytes = new LongAdder();
  private final LongAdder loadedBytes = new LongAdder();
  private final Consumer<CudaException> onLost;
  private final AtomicBoolean lost = new AtomicBoolean();

  /**
   * Takes streams, and pins the memory of the host's pages; pages of the device are taken as they
   * are needed.
   *
   * @param device closed with this
   * @param budgetBytes device memory that pages may take
   * @param hostPool whose pages spills go to, and loads come from
   * @param onLost told once, when the device fails
   * @throws CudaException if the device does not do what is needed
   */
  public DeviceMemory(
      CudaDevice device, long budgetBytes, PagePool hostPool, Consumer<CudaException> onLost)
      throws CudaException {
    this.device = device;
    this.hostPool = hostPool;
    this.onLost = onLost;
    pool = new DevicePool(device, budgetBytes);
    copies = new DeviceCopies(pool);
    compute = device.stream();
    spill = device.stream();
    load = device.stream();
    kernels = new Kernels(device);
    kernel = new AttentionKernel(kernels);
    exchanges = new Exchanges(device);
    direct = new DirectPages(this, new ChecksumKernel(kernels), new Exchanges(device));
    hostPool.setDevice(new HostPinning(device), copies::forget);
  }

  /**
   * An empty table of pages, for one session.
   *
   * @return null if the device is lost
   */
  public @Nullable DeviceTable table(PageGeometry geometry) {
    return isLost() ? null : new DeviceTable(this, geometry);
  }

  /** Pages that tiers move payloads to and from, past the memory of the host. */
  public DirectPages direct() {
    return direct;
  }

  /** Whether the device failed: then it is of no more use. */
  public boolean isLost() {
    return lost.get();
  }

  /** Device memory that pages may take. */
  public long budgetBytes() {
    return pool.budgetBytes();
  }

  /** Device pages that somebody has, or that are kept for the next who needs them. */
  public long pagesInUse() {
    return pool.pagesInUse();
  }

  /** Bytes of KV ever copied to the host. */
  public long spilledBytes() {
    return spilledBytes.sum();
  }

  /** Bytes of KV ever copied to the device, without those just computed. */
  public long loadedBytes() {
    return loadedBytes.sum();
  }

  /** Pages given back for want of room, whose content the host has. */
  public long evictedPages() {
    return copies.evicted();
  }

  /**
   * A call failed, otherwise than for want of memory. What other calls began may still read and
   * write memory of the host, which may go to others as soon as the device counts as lost: it is
   * waited for.
   */
  void failed(CudaException failure) {
    for (CudaStream stream : List.of(spill, load)) {
      try {
        stream.synchronize();
      } catch (CudaException e) {
        // then nothing is under way any more
      }
    }
    if (lost.compareAndSet(false, true)) {
      onLost.accept(failure);
    }
  }

  /** A page; null if there is no room, though all went that could. */
  @Nullable DevicePage take(PageGeometry geometry) throws CudaException {
    DevicePage page = pool.take(geometry);
    while (page == null && copies.evict()) {
      page = pool.take(geometry);
    }
    return page;
  }

  void giveBack(DevicePage page) {
    pool.giveBack(page);
  }

  /** Has somebody told of the memory that pages lie in, now and from now on. */
  void watch(SlabWatcher watcher) {
    pool.watch(watcher);
  }

  /** What carries the rows of passes. */
  Exchanges exchanges() {
    return exchanges;
  }

  /** The events of a table; to be put back. */
  TableEvents events() throws CudaException {
    TableEvents free = events.poll();
    return free != null ? free : new TableEvents(device);
  }

  void putBack(TableEvents unused) {
    events.push(unused);
  }

  DeviceCopies copies() {
    return copies;
  }

  CudaStream computeStream() {
    return compute;
  }

  CudaStream spillStream() {
    return spill;
  }

  CudaStream loadStream() {
    return load;
  }

  Kernels kernels() {
    return kernels;
  }

  AttentionKernel kernel() {
    return kernel;
  }

  void spilled(long bytes) {
    spilledBytes.add(bytes);
  }

  void loaded(long bytes) {
    loadedBytes.add(bytes);
  }

  /** Gives the device up. All tables must have been closed. */
  @Override
  public void close() throws CudaException {
    hostPool.setDevice(null, page -> {});
    while (copies.evict()) {
      // until none is left
    }
    exchanges.close();
    direct.close();
    for (TableEvents each = events.poll(); each != null; each = events.poll()) {
      each.close();
    }
    pool.close();
    kernels.close();
    compute.close();
    spill.close();
    load.close();
    device.close();
  }
}
