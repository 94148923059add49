/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.gds;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * The functions of libcufile as method handles, with the signatures of {@code cufile.h}. Device
 * addresses and handles are plain numbers: nothing here dereferences them.
 */
@SuppressWarnings("restricted") // the only class of this package that links native functions
final class CuFileLibrary {
  /** {@code CUfileError_t}, which comes by value. */
  static final StructLayout ERROR =
      MemoryLayout.structLayout(JAVA_INT.withName("err"), JAVA_INT.withName("cu_err"));

  /** {@code CUfileDescr_t}: {@code fd} is part of a union as wide as a pointer. */
  static final StructLayout DESCRIPTOR =
      MemoryLayout.structLayout(
          JAVA_INT.withName("type"),
          MemoryLayout.paddingLayout(4),
          JAVA_INT.withName("fd"),
          MemoryLayout.paddingLayout(4),
          ADDRESS.withName("fs_ops"));

  /** {@code CUfileDrvProps_t}. */
  static final StructLayout PROPERTIES =
      MemoryLayout.structLayout(
          JAVA_INT.withName("major_version"),
          JAVA_INT.withName("minor_version"),
          JAVA_LONG.withName("poll_thresh_size"),
          JAVA_LONG.withName("max_direct_io_size"),
          JAVA_INT.withName("dstatusflags"),
          JAVA_INT.withName("dcontrolflags"),
          JAVA_INT.withName("fflags"),
          JAVA_INT.withName("max_device_cache_size"),
          JAVA_INT.withName("per_buffer_cache_size"),
          JAVA_INT.withName("max_device_pinned_mem_size"),
          JAVA_INT.withName("max_batch_io_size"),
          JAVA_INT.withName("max_batch_io_timeout_msecs"));

  /** {@code CUfileIOParams_t}. */
  static final StructLayout REQUEST =
      MemoryLayout.structLayout(
          JAVA_INT.withName("mode"),
          MemoryLayout.paddingLayout(4),
          JAVA_LONG.withName("devPtr_base"),
          JAVA_LONG.withName("file_offset"),
          JAVA_LONG.withName("devPtr_offset"),
          JAVA_LONG.withName("size"),
          JAVA_LONG.withName("fh"),
          JAVA_INT.withName("opcode"),
          MemoryLayout.paddingLayout(4),
          JAVA_LONG.withName("cookie"));

  /** {@code CUfileIOEvents_t}. */
  static final StructLayout EVENT =
      MemoryLayout.structLayout(
          JAVA_LONG.withName("cookie"),
          JAVA_INT.withName("status"),
          MemoryLayout.paddingLayout(4),
          JAVA_LONG.withName("ret"));

  final MethodHandle getVersion;
  final MethodHandle driverOpen;
  final MethodHandle driverClose;
  final MethodHandle driverGetProperties;
  final MethodHandle handleRegister;
  final MethodHandle handleDeregister;
  final MethodHandle bufRegister;
  final MethodHandle bufDeregister;
  final MethodHandle read;
  final MethodHandle write;
  final MethodHandle batchSetUp;
  final MethodHandle batchSubmit;
  final MethodHandle batchGetStatus;
  final MethodHandle batchCancel;
  final MethodHandle batchDestroy;

  private final SymbolLookup symbols;

  /**
   * Loads the library, for the rest of the process.
   *
   * @param name a path, or a name that the system looks up
   * @throws IllegalArgumentException if it cannot be loaded
   * @throws java.util.NoSuchElementException if it lacks a function
   */
  CuFileLibrary(String name) {
    symbols =
        name.contains("/")
            ? SymbolLookup.libraryLookup(Path.of(name), Arena.global())
            : SymbolLookup.libraryLookup(name, Arena.global());
    getVersion = function("cuFileGetVersion", ADDRESS);
    driverOpen = function("cuFileDriverOpen");
    driverClose = function("cuFileDriverClose_v2");
    driverGetProperties = function("cuFileDriverGetProperties", ADDRESS);
    handleRegister = function("cuFileHandleRegister", ADDRESS, ADDRESS);
    handleDeregister = procedure("cuFileHandleDeregister", JAVA_LONG);
    bufRegister = function("cuFileBufRegister", JAVA_LONG, JAVA_LONG, JAVA_INT);
    bufDeregister = function("cuFileBufDeregister", JAVA_LONG);
    read = transfer("cuFileRead");
    write = transfer("cuFileWrite");
    batchSetUp = function("cuFileBatchIOSetUp", ADDRESS, JAVA_INT);
    batchSubmit = function("cuFileBatchIOSubmit", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    batchGetStatus =
        function("cuFileBatchIOGetStatus", JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
    batchCancel = function("cuFileBatchIOCancel", JAVA_LONG);
    batchDestroy = procedure("cuFileBatchIODestroy", JAVA_LONG);
  }

  /** Whether the system finds a library; it stays loaded. */
  static boolean isLoadable(String name) {
    try {
      SymbolLookup.libraryLookup(name, Arena.global());
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private MethodHandle function(String name, MemoryLayout... arguments) {
    return link(name, FunctionDescriptor.of(ERROR, arguments));
  }

  private MethodHandle procedure(String name, MemoryLayout... arguments) {
    return link(name, FunctionDescriptor.ofVoid(arguments));
  }

  /** {@code ssize_t (handle, base, size, file offset, offset from the base)}, leaving errno. */
  private MethodHandle transfer(String name) {
    FunctionDescriptor type =
        FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    return link(name, type, Linker.Option.captureCallState("errno"));
  }

  private MethodHandle link(String name, FunctionDescriptor type, Linker.Option... options) {
    return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), type, options);
  }
}
