/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import io.terrace.device.cuda.CudaDevice;
import io.terrace.device.cuda.CudaEvent;
import io.terrace.device.cuda.CudaException;
import io.terrace.device.cuda.CudaStream;
import java.lang.foreign.MemorySegment;

/**
 * What carries rows between host and device: pinned memory here and memory there, for each way.
 * Used by one pass at a time.
 */
final class Exchange implements AutoCloseable {
  private final CudaDevice device;
  private final MemorySegment up;
  private final MemorySegment down;
  private final MemorySegment both; // on the host, mapped as one
  private final long deviceUp;
  private final long deviceDown;
  private final CudaEvent over;

  Exchange(CudaDevice device, long upBytes, long downBytes) throws CudaException {
    this.device = device;
    long begin = HostMemory.roundUp(upBytes, HostMemory.PAGE_BYTES);
    long end = begin + HostMemory.roundUp(downBytes, HostMemory.PAGE_BYTES);
    over = device.event();
    deviceUp = device.allocate(end);
    deviceDown = deviceUp + begin;
    both = HostMemory.map(end);
    HostMemory.touch(both);
    device.pin(both);
    up = both.asSlice(0, begin);
    down = both.asSlice(begin, end - begin);
  }

  boolean fits(long upBytes, long downBytes) {
    return upBytes <= up.byteSize() && downBytes <= down.byteSize();
  }

  /** What goes to the device, to be written. */
  MemorySegment up() {
    return up;
  }

  /** Where that lies on the device. */
  long deviceUp() {
    return deviceUp;
  }

  /** Where on the device the result is to be put. */
  long deviceDown() {
    return deviceDown;
  }

  /** Has a stream send the first bytes up. */
  void send(CudaStream stream, long bytes) throws CudaException {
    stream.copyToDevice(deviceUp, up.asSlice(0, bytes));
  }

  /** Has a stream bring the result's first bytes, and waits for them. */
  MemorySegment fetch(CudaStream stream, long bytes) throws CudaException {
    MemorySegment result = down.asSlice(0, bytes);
    stream.copyToHost(result, deviceDown);
    stream.record(over);
    over.synchronize();
    return result;
  }

  @Override
  public void close() throws CudaException {
    over.close();
    device.free(deviceUp);
    device.unpin(both);
    HostMemory.unmap(both);
  }
}
