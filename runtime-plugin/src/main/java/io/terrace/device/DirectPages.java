/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import io.terrace.device.cuda.ChecksumKernel;
import io.terrace.device.cuda.CudaException;
import io.terrace.spi.PageGeometry;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Pages of the device that a tier fills itself, or stores what is in them, so that payloads do not
 * go through the memory of the host. What a tier filled is summed up on the device, and copied to a
 * page of the host from there: that is the one which others know, and this one its copy.
 *
 * <p>Safe for use by several threads, of the platform: its calls wait for the device. A device that
 * fails is lost, as everywhere.
 */
public final class DirectPages {
  private final DeviceMemory memory;
  private final ChecksumKernel kernel;
  private final Exchanges sums;

  /**
   * @param sums closed with this
   */
  DirectPages(DeviceMemory memory, ChecksumKernel kernel, Exchanges sums) {
    this.memory = memory;
    this.kernel = kernel;
    this.sums = sums;
  }

  /** Has somebody told of the memory that pages lie in, now and from now on. */
  public void watch(SlabWatcher watcher) {
    memory.watch(watcher);
  }

  /**
   * A page to be filled, and then {@linkplain #share shared} or given back.
   *
   * @return null if the device has no room, or is lost
   */
  public @Nullable DevicePage take(PageGeometry geometry) {
    if (memory.isLost()) {
      return null;
    }
    try {
      return memory.take(geometry);
    } catch (CudaException e) {
      memory.failed(e);
      return null;
    }
  }

  /** Gives a page back that nothing is written to any more. */
  public void giveBack(DevicePage page) {
    memory.giveBack(page);
  }

  /**
   * Copies a page that is filled to one of the host, and sums it up meanwhile.
   *
   * @param host of the same geometry, the caller's alone
   * @return the CRC-32C of the page on the device; empty if the device is lost: then the page of
   *     the host may hold anything
   */
  public OptionalInt bringToHost(DevicePage page, KvPage host) {
    if (memory.isLost()) {
      return OptionalInt.empty();
    }
    return sum(
        page,
        () -> {
          long bytes = page.geometry().pageBytes();
          memory.spillStream().copyToHost(host.segment().asSlice(0, bytes), page.address());
          memory.spilled(bytes);
        });
  }

  /**
   * The CRC-32C of what is in a page.
   *
   * @param page somebody's, who does not write it
   * @return empty if the device has no room for the sums, or is lost
   */
  public OptionalInt checksum(DevicePage page) {
    return memory.isLost() ? OptionalInt.empty() : sum(page, () -> {});
  }

  /** Work given to the stream of spills. */
  private interface Spill {
    void begin() throws CudaException;
  }

  /** Waits for a sum, and for a spill beside it. */
  private OptionalInt sum(DevicePage page, Spill spill) {
    long bytes = page.geometry().pageBytes();
    long sumBytes = ChecksumKernel.sumBytes(bytes);
    try {
      Exchange exchange = sums.take(0, sumBytes);
      TableEvents events = memory.events();
      spill.begin();
      memory.spillStream().record(events.spilled());
      kernel.sum(memory.loadStream(), page.address(), bytes, exchange.deviceDown());
      int crc = ChecksumKernel.join(exchange.fetch(memory.loadStream(), sumBytes), bytes);
      events.spilled().synchronize();
      memory.putBack(events);
      sums.putBack(exchange);
      return OptionalInt.of(crc);
    } catch (CudaException e) {
      if (!e.isOutOfMemory()) {
        memory.failed(e);
      }
      return OptionalInt.empty();
    }
  }

  /**
   * Makes a page known as the copy of a page of the host: whoever computes with that one uses this.
   *
   * @param host sealed, with the same content
   */
  public void share(KvPage host, DevicePage page) {
    if (memory.copies().offer(host, page)) {
      memory.copies().letGo(host); // nobody uses it yet
    } else {
      memory.giveBack(page);
    }
  }

  /**
   * Uses the copy of a page of the host until {@link #letGo}.
   *
   * @param host the caller's, as long as it uses the copy
   * @return null if there is none, or the device is lost
   */
  public @Nullable DevicePage use(KvPage host) {
    return memory.isLost() ? null : memory.copies().use(host);
  }

  /** A use ends. */
  public void letGo(KvPage host) {
    memory.copies().letGo(host);
  }

  /** Nothing may be under way. */
  void close() throws CudaException {
    sums.close();
  }
}
