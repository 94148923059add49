/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.NoSuchElementException;

/**
 * One CUDA device, by its primary context, which all libraries of a process share. Each call makes
 * that context the thread's own and puts the one before back: whatever else the application does
 * with CUDA on that thread is not disturbed.
 *
 * <p>Safe for use by several threads. Calls that wait, such as {@link CudaStream#synchronize}, keep
 * the carrier of a virtual thread: they are for platform threads.
 */
public final class CudaDevice implements AutoCloseable {
  /** The library's name, which the system looks up. */
  public static final String DEFAULT_LIBRARY = "libcuda.so.1";

  private static final int COMPUTE_CAPABILITY_MAJOR = 75; // CU_DEVICE_ATTRIBUTE_…
  private static final int COMPUTE_CAPABILITY_MINOR = 76;
  private static final int MOST_NAME_BYTES = 256;
  private static final int PORTABLE = 1; // CU_MEMHOSTREGISTER_…: pinned for all contexts

  private final CudaLibrary library;
  private final int device;
  private final Facts facts;
  private final long context;

  /**
   * What is known of a device.
   *
   * @param name as the driver says it
   * @param driver the CUDA version that the driver serves, such as 12.6
   * @param computeCapability such as 9.0
   * @param totalBytes of device memory
   */
  public record Facts(String name, String driver, String computeCapability, long totalBytes) {}

  private CudaDevice(CudaLibrary library, int device, Facts facts, long context) {
    this.library = library;
    this.device = device;
    this.facts = facts;
    this.context = context;
  }

  /**
   * Opens a device.
   *
   * @param libraryName of the driver: a path, or a name that the system looks up
   * @param ordinal the device's number, from 0 on
   * @throws DeviceAbsentException if there is no driver, or no such device; says which
   */
  public static CudaDevice open(String libraryName, int ordinal) throws DeviceAbsentException {
    CudaLibrary library;
    try {
      library = new CudaLibrary(libraryName);
    } catch (IllegalArgumentException e) { // the JDK says no more
      throw new DeviceAbsentException("there is no CUDA driver: " + libraryName + " is not found");
    } catch (NoSuchElementException e) {
      throw new DeviceAbsentException(
          libraryName + " is no CUDA driver, or one from before CUDA 11: " + e.getMessage());
    }
    try {
      return open(library, ordinal);
    } catch (CudaException e) {
      throw new DeviceAbsentException("the CUDA driver has no usable device: " + e.getMessage());
    }
  }

  private static CudaDevice open(CudaLibrary library, int ordinal)
      throws CudaException, DeviceAbsentException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment number = arena.allocate(JAVA_INT);
      MemorySegment size = arena.allocate(JAVA_LONG);
      MemorySegment name = arena.allocate(MOST_NAME_BYTES);
      check(library, "cuInit", () -> (int) library.init.invokeExact(0));
      check(
          library, "cuDriverGetVersion", () -> (int) library.driverGetVersion.invokeExact(number));
      int version = number.get(JAVA_INT, 0);
      check(library, "cuDeviceGetCount", () -> (int) library.deviceGetCount.invokeExact(number));
      int count = number.get(JAVA_INT, 0);
      if (ordinal < 0 || ordinal >= count) {
        throw new DeviceAbsentException(
            "there is no CUDA device " + ordinal + ": the driver sees " + count);
      }
      check(library, "cuDeviceGet", () -> (int) library.deviceGet.invokeExact(number, ordinal));
      int device = number.get(JAVA_INT, 0);
      check(
          library,
          "cuDeviceGetName",
          () -> (int) library.deviceGetName.invokeExact(name, MOST_NAME_BYTES, device));
      check(
          library,
          "cuDeviceTotalMem",
          () -> (int) library.deviceTotalMem.invokeExact(size, device));
      Facts facts =
          new Facts(
              name.getString(0),
              version / 1000 + "." + version % 1000 / 10,
              attribute(library, COMPUTE_CAPABILITY_MAJOR, device)
                  + "."
                  + attribute(library, COMPUTE_CAPABILITY_MINOR, device),
              size.get(JAVA_LONG, 0));
      check(
          library,
          "cuDevicePrimaryCtxRetain",
          () -> (int) library.primaryCtxRetain.invokeExact(size, device));
      return new CudaDevice(library, device, facts, size.get(JAVA_LONG, 0));
    }
  }

  private static int attribute(CudaLibrary library, int attribute, int device)
      throws CudaException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(JAVA_INT);
      check(
          library,
          "cuDeviceGetAttribute",
          () -> (int) library.deviceGetAttribute.invokeExact(value, attribute, device));
      return value.get(JAVA_INT, 0);
    }
  }

  /** What is known of it. */
  public Facts facts() {
    return facts;
  }

  /** Device memory that nobody has taken, this process or another. */
  public long freeBytes() throws CudaException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment free = arena.allocate(JAVA_LONG);
      MemorySegment total = arena.allocate(JAVA_LONG);
      call("cuMemGetInfo", () -> (int) library.memGetInfo.invokeExact(free, total));
      return free.get(JAVA_LONG, 0);
    }
  }

  /**
   * Takes device memory. Its content is undefined.
   *
   * @return its address, aligned to 256 bytes
   * @throws CudaException {@linkplain CudaException#isOutOfMemory out of memory}, or another
   */
  public long allocate(long bytes) throws CudaException {
    return handle("cuMemAlloc", address -> (int) library.memAlloc.invokeExact(address, bytes));
  }

  /** Gives device memory back. Waits for all work of the device. */
  public void free(long address) throws CudaException {
    call("cuMemFree", () -> (int) library.memFree.invokeExact(address));
  }

  /**
   * Pins host memory, so that copies from and to it go on by themselves, at full speed. Takes long:
   * some 100 ms a GiB.
   */
  public void pin(MemorySegment memory) throws CudaException {
    call(
        "cuMemHostRegister",
        () ->
            (int)
                library.memHostRegister.invokeExact(memory.address(), memory.byteSize(), PORTABLE));
  }

  /** Takes {@link #pin} back, before the memory is. */
  public void unpin(MemorySegment memory) throws CudaException {
    call(
        "cuMemHostUnregister", () -> (int) library.memHostUnregister.invokeExact(memory.address()));
  }

  /** A stream of its own: work in it is done in order, and waits for no other stream. */
  public CudaStream stream() throws CudaException {
    return new CudaStream(this);
  }

  /** A point in the work of a stream, which others can wait for. */
  public CudaEvent event() throws CudaException {
    return new CudaEvent(this);
  }

  CudaLibrary library() {
    return library;
  }

  /** Gives the device up. All memory, streams and events must have been given back before. */
  @Override
  public void close() throws CudaException {
    check(
        library,
        "cuDevicePrimaryCtxRelease",
        () -> (int) library.primaryCtxRelease.invokeExact(device));
  }

  /** A call of the driver. */
  @FunctionalInterface
  interface Call {
    /** Returns its {@code CUresult}. */
    int make() throws Throwable;
  }

  /** A call of the driver that writes a handle or an address. */
  @FunctionalInterface
  interface HandleCall {
    /** Returns its {@code CUresult}. */
    int make(MemorySegment handle) throws Throwable;
  }

  /** Makes a call that gives a handle or an address. */
  long handle(String function, HandleCall call) throws CudaException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = arena.allocate(ADDRESS);
      call(function, () -> call.make(handle));
      return handle.get(JAVA_LONG, 0);
    }
  }

  /** Makes a call in this device's context. */
  void call(String function, Call call) throws CudaException {
    check(function, result(call));
  }

  /** Throws what a result says, unless it is good. */
  void check(String function, int code) throws CudaException {
    check(library, function, code);
  }

  /**
   * Makes a call in this device's context. A virtual thread stays on its carrier from the push to
   * the pop, since nothing between them parks.
   *
   * @return its {@code CUresult}, or that of the way there
   */
  int result(Call call) {
    try {
      int pushed = (int) library.ctxPushCurrent.invokeExact(context);
      if (pushed != 0) {
        return pushed;
      }
      int result = call.make();
      int popped = (int) library.ctxPopCurrent.invokeExact(MemorySegment.NULL);
      return result != 0 ? result : popped;
    } catch (Throwable e) {
      throw new AssertionError("calling the CUDA driver failed", e);
    }
  }

  private static void check(CudaLibrary library, String function, Call call) throws CudaException {
    int code;
    try {
      code = call.make();
    } catch (Throwable e) {
      throw new AssertionError("calling " + function + " failed", e);
    }
    check(library, function, code);
  }

  private static void check(CudaLibrary library, String function, int code) throws CudaException {
    if (code != 0) {
      throw new CudaException(function, code, errorName(library, code));
    }
  }

  @SuppressWarnings("restricted") // a constant of the driver
  private static String errorName(CudaLibrary library, int code) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocate(ADDRESS);
      int result = (int) library.getErrorName.invokeExact(code, name);
      MemorySegment text = name.get(ADDRESS, 0);
      return result != 0 || text.equals(MemorySegment.NULL)
          ? "an unknown error"
          : text.reinterpret(Integer.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw new AssertionError("calling cuGetErrorName failed", e);
    }
  }

  @Override
  public String toString() {
    return facts.name() + ", compute capability " + facts.computeCapability();
  }
}
