/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.gds;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.terrace.tier.nfs.io.Posix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;

/**
 * libcufile: files and memory of CUDA devices. Device addresses are what the driver's allocation
 * gave. Safe for use by several threads.
 */
final class CuFile {
  /**
   * What the driver says of itself.
   *
   * @param major version of the kernel module nvidia-fs; 0 with {@code minor} if it is not loaded
   * @param minor see there
   * @param controlFlags {@code CUfileDriverControlFlags_t} as bits
   * @param maxBatch requests that a batch may have
   * @param pinnedBytes device memory that may be registered at once
   */
  record Properties(int major, int minor, int controlFlags, int maxBatch, long pinnedBytes) {}

  static final int OPCODE_READ = 0;
  static final int OPCODE_WRITE = 1;

  private static final int TYPE_DESCRIPTOR = 1;
  private static final long ERRNO_OFFSET =
      Linker.Option.captureStateLayout().byteOffset(PathElement.groupElement("errno"));

  private final CuFileLibrary library;
  private final CudaContexts contexts;

  /**
   * @param contexts that device memory belongs to
   */
  CuFile(CuFileLibrary library, CudaContexts contexts) {
    this.library = library;
    this.contexts = contexts;
  }

  /** For transfers: those that register memory enter by themselves. */
  CudaContexts contexts() {
    return contexts;
  }

  CuFileLibrary library() {
    return library;
  }

  /** Version of the library: 1000 times the first number and 10 times the second. */
  int version() throws CuFileException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment version = arena.allocate(JAVA_INT);
      check(
          "cuFileGetVersion",
          arena,
          allocator -> (MemorySegment) library.getVersion.invokeExact(allocator, version));
      return version.get(JAVA_INT, 0);
    }
  }

  /** Opens the driver for this process; does nothing if it is open. */
  void openDriver() throws CuFileException {
    try (Arena arena = Arena.ofConfined()) {
      check(
          "cuFileDriverOpen",
          arena,
          allocator -> (MemorySegment) library.driverOpen.invokeExact(allocator));
    } catch (CuFileException e) {
      if (e.code() != CuFileError.DRIVER_ALREADY_OPEN) {
        throw e;
      }
    }
  }

  void closeDriver() throws CuFileException {
    try (Arena arena = Arena.ofConfined()) {
      check(
          "cuFileDriverClose",
          arena,
          allocator -> (MemorySegment) library.driverClose.invokeExact(allocator));
    }
  }

  Properties properties() throws CuFileException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment properties = arena.allocate(CuFileLibrary.PROPERTIES);
      check(
          "cuFileDriverGetProperties",
          arena,
          allocator ->
              (MemorySegment) library.driverGetProperties.invokeExact(allocator, properties));
      return new Properties(
          property(properties, "major_version"),
          property(properties, "minor_version"),
          property(properties, "dcontrolflags"),
          property(properties, "max_batch_io_size"),
          Integer.toUnsignedLong(property(properties, "max_device_pinned_mem_size")) * 1024);
    }
  }

  /**
   * Registers an open file.
   *
   * @param descriptor of a file opened with {@code O_DIRECT}
   * @return a handle, to be given to {@link #deregisterFile} before the file is closed
   */
  long registerFile(int descriptor) throws CuFileException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = arena.allocate(ADDRESS);
      MemorySegment file = arena.allocate(CuFileLibrary.DESCRIPTOR);
      file.set(JAVA_INT, offset(CuFileLibrary.DESCRIPTOR, "type"), TYPE_DESCRIPTOR);
      file.set(JAVA_INT, offset(CuFileLibrary.DESCRIPTOR, "fd"), descriptor);
      check(
          "cuFileHandleRegister",
          arena,
          allocator -> (MemorySegment) library.handleRegister.invokeExact(allocator, handle, file));
      return handle.get(JAVA_LONG, 0);
    }
  }

  void deregisterFile(long handle) {
    try {
      library.handleDeregister.invokeExact(handle);
    } catch (Throwable e) {
      throw unexpected("cuFileHandleDeregister", e);
    }
  }

  /** Pins device memory for transfers. */
  void registerMemory(long address, long bytes) throws CuFileException {
    contexts.in(
        address,
        () ->
            check(
                "cuFileBufRegister",
                allocator ->
                    (MemorySegment) library.bufRegister.invokeExact(allocator, address, bytes, 0)));
  }

  void deregisterMemory(long address) throws CuFileException {
    contexts.in(
        address,
        () ->
            check(
                "cuFileBufDeregister",
                allocator ->
                    (MemorySegment) library.bufDeregister.invokeExact(allocator, address)));
  }

  /**
   * Moves bytes from a file to the device.
   *
   * @param base what was registered, or any address
   * @param offset from the base
   * @return how many came, 0 at the end of the file
   */
  long read(long handle, long base, long bytes, long fileOffset, long offset) throws IOException {
    return transfer("cuFileRead", library.read, handle, base, bytes, fileOffset, offset);
  }

  /**
   * Moves bytes from the device to a file.
   *
   * @param base what was registered, or any address
   * @param offset from the base
   * @return how many went
   */
  long write(long handle, long base, long bytes, long fileOffset, long offset) throws IOException {
    return transfer("cuFileWrite", library.write, handle, base, bytes, fileOffset, offset);
  }

  private static long transfer(
      String name,
      MethodHandle function,
      long handle,
      long base,
      long bytes,
      long fileOffset,
      long offset)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
      long result;
      try {
        result = (long) function.invokeExact(state, handle, base, bytes, fileOffset, offset);
      } catch (Throwable e) {
        throw unexpected(name, e);
      }
      return transferred(name, result, state.get(JAVA_INT, ERRNO_OFFSET));
    }
  }

  /** A call that gives a {@code CUfileError_t}. */
  @FunctionalInterface
  interface Call {
    /** Makes the call. */
    MemorySegment make(SegmentAllocator allocator) throws Throwable;
  }

  private static void check(String name, Call call) throws CuFileException {
    try (Arena arena = Arena.ofConfined()) {
      check(name, arena, call);
    }
  }

  /** Makes a call that fails by its result. */
  static void check(String name, Arena arena, Call call) throws CuFileException {
    MemorySegment error;
    try {
      error = call.make(arena);
    } catch (Throwable e) {
      throw unexpected(name, e);
    }
    int code = error.get(JAVA_INT, offset(CuFileLibrary.ERROR, "err"));
    if (code != CuFileError.SUCCESS) {
      int cudaCode = error.get(JAVA_INT, offset(CuFileLibrary.ERROR, "cu_err"));
      throw new CuFileException(name, Math.abs(code), cudaCode);
    }
  }

  /**
   * What a transfer's result means.
   *
   * @return the result if it is a number of bytes
   */
  static long transferred(String name, long result, int errno) throws IOException {
    if (result >= 0) {
      return result;
    }
    if (result < -CuFileError.BASE) {
      throw new CuFileException(name, (int) -result, 0);
    }
    throw Posix.failure(name, "device memory", result == -1 ? errno : (int) -result);
  }

  static long offset(StructLayout layout, String field) {
    return layout.byteOffset(PathElement.groupElement(field));
  }

  static AssertionError unexpected(String function, Throwable cause) {
    return new AssertionError("calling " + function + " failed", cause);
  }

  private static int property(MemorySegment properties, String field) {
    return properties.get(JAVA_INT, offset(CuFileLibrary.PROPERTIES, field));
  }
}
