/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.gds;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assumptions.abort;

import io.terrace.spi.kit.TestDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Memory of the first CUDA device, by the driver's own interface. Stays until the process ends. */
@SuppressWarnings("restricted") // links the driver's functions
final class CudaDevice implements TestDevice {
  private final SymbolLookup driver;

  private CudaDevice(SymbolLookup driver) {
    this.driver = driver;
  }

  /** For this thread; skips the test where there is no device. */
  static CudaDevice open() {
    SymbolLookup driver;
    try {
      driver = SymbolLookup.libraryLookup("libcuda.so.1", Arena.global());
    } catch (IllegalArgumentException e) {
      return abort("skipped: there is no CUDA driver: " + e.getMessage());
    }
    CudaDevice device = new CudaDevice(driver);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment context = arena.allocate(ADDRESS);
      device.call("cuInit", new MemoryLayout[] {JAVA_INT}, 0);
      device.call("cuDevicePrimaryCtxRetain", new MemoryLayout[] {ADDRESS, JAVA_INT}, context, 0);
      device.call("cuCtxSetCurrent", new MemoryLayout[] {ADDRESS}, context.get(ADDRESS, 0));
    }
    return device;
  }

  @Override
  public long allocate(long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(JAVA_LONG);
      call("cuMemAlloc_v2", new MemoryLayout[] {ADDRESS, JAVA_LONG}, address, bytes);
      return address.get(JAVA_LONG, 0);
    }
  }

  @Override
  public void put(long address, byte[] bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment host = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
      call(
          "cuMemcpyHtoD_v2",
          new MemoryLayout[] {JAVA_LONG, ADDRESS, JAVA_LONG},
          address,
          host,
          (long) bytes.length);
    }
  }

  @Override
  public byte[] get(long address, int bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment host = arena.allocate(bytes);
      call(
          "cuMemcpyDtoH_v2",
          new MemoryLayout[] {ADDRESS, JAVA_LONG, JAVA_LONG},
          host,
          address,
          (long) bytes);
      return host.toArray(ValueLayout.JAVA_BYTE);
    }
  }

  private void call(String function, MemoryLayout[] types, Object... arguments) {
    MethodHandle handle =
        Linker.nativeLinker()
            .downcallHandle(driver.findOrThrow(function), FunctionDescriptor.of(JAVA_INT, types));
    int result;
    try {
      result = (int) handle.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    if (result != 0) {
      throw new IllegalStateException(function + " gave CUDA error " + result);
    }
  }
}
