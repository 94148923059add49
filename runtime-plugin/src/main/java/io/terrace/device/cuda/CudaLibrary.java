/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * The functions of the CUDA driver's library as method handles, with the signatures of {@code
 * cuda.h}, in the versions that every driver since CUDA 11 has. Device addresses and handles are
 * plain numbers: nothing here dereferences them. Each returns a {@code CUresult}.
 *
 * <p>Not JCuda: its native part can belong to one class loader of a process only, so that it would
 * meet an application's own, and it ends the process where a driver lacks a function.
 */
@SuppressWarnings("restricted") // the only class of this package that links native functions
final class CudaLibrary {
  final MethodHandle init;
  final MethodHandle driverGetVersion;
  final MethodHandle deviceGetCount;
  final MethodHandle deviceGet;
  final MethodHandle deviceGetName;
  final MethodHandle deviceTotalMem;
  final MethodHandle deviceGetAttribute;
  final MethodHandle primaryCtxRetain;
  final MethodHandle primaryCtxRelease;
  final MethodHandle ctxPushCurrent;
  final MethodHandle ctxPopCurrent;
  final MethodHandle memGetInfo;
  final MethodHandle memAlloc;
  final MethodHandle memFree;
  final MethodHandle memHostRegister;
  final MethodHandle memHostUnregister;
  final MethodHandle memcpyHtoDAsync;
  final MethodHandle memcpyDtoHAsync;
  final MethodHandle memcpy2DAsync;
  final MethodHandle streamCreate;
  final MethodHandle streamDestroy;
  final MethodHandle streamSynchronize;
  final MethodHandle streamWaitEvent;
  final MethodHandle eventCreate;
  final MethodHandle eventDestroy;
  final MethodHandle eventRecord;
  final MethodHandle eventQuery;
  final MethodHandle eventSynchronize;
  final MethodHandle moduleLoadData;
  final MethodHandle moduleUnload;
  final MethodHandle moduleGetFunction;
  final MethodHandle launchKernel;
  final MethodHandle getErrorName;

  private final SymbolLookup symbols;

  /**
   * Loads the library, for the rest of the process.
   *
   * @param name a path, or a name that the system looks up
   * @throws IllegalArgumentException if it cannot be loaded
   * @throws java.util.NoSuchElementException if it lacks a function
   */
  CudaLibrary(String name) {
    symbols =
        name.contains("/")
            ? SymbolLookup.libraryLookup(Path.of(name), Arena.global())
            : SymbolLookup.libraryLookup(name, Arena.global());
    init = function("cuInit", JAVA_INT);
    driverGetVersion = function("cuDriverGetVersion", ADDRESS);
    deviceGetCount = function("cuDeviceGetCount", ADDRESS);
    deviceGet = function("cuDeviceGet", ADDRESS, JAVA_INT);
    deviceGetName = function("cuDeviceGetName", ADDRESS, JAVA_INT, JAVA_INT);
    deviceTotalMem = function("cuDeviceTotalMem_v2", ADDRESS, JAVA_INT);
    deviceGetAttribute = function("cuDeviceGetAttribute", ADDRESS, JAVA_INT, JAVA_INT);
    primaryCtxRetain = function("cuDevicePrimaryCtxRetain", ADDRESS, JAVA_INT);
    primaryCtxRelease = function("cuDevicePrimaryCtxRelease_v2", JAVA_INT);
    ctxPushCurrent = function("cuCtxPushCurrent_v2", JAVA_LONG);
    ctxPopCurrent = function("cuCtxPopCurrent_v2", ADDRESS);
    memGetInfo = function("cuMemGetInfo_v2", ADDRESS, ADDRESS);
    memAlloc = function("cuMemAlloc_v2", ADDRESS, JAVA_LONG);
    memFree = function("cuMemFree_v2", JAVA_LONG);
    memHostRegister = function("cuMemHostRegister_v2", JAVA_LONG, JAVA_LONG, JAVA_INT);
    memHostUnregister = function("cuMemHostUnregister", JAVA_LONG);
    memcpyHtoDAsync = function("cuMemcpyHtoDAsync_v2", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    memcpyDtoHAsync = function("cuMemcpyDtoHAsync_v2", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    memcpy2DAsync = function("cuMemcpy2DAsync_v2", ADDRESS, JAVA_LONG);
    streamCreate = function("cuStreamCreate", ADDRESS, JAVA_INT);
    streamDestroy = function("cuStreamDestroy_v2", JAVA_LONG);
    streamSynchronize = function("cuStreamSynchronize", JAVA_LONG);
    streamWaitEvent = function("cuStreamWaitEvent", JAVA_LONG, JAVA_LONG, JAVA_INT);
    eventCreate = function("cuEventCreate", ADDRESS, JAVA_INT);
    eventDestroy = function("cuEventDestroy_v2", JAVA_LONG);
    eventRecord = function("cuEventRecord", JAVA_LONG, JAVA_LONG);
    eventQuery = function("cuEventQuery", JAVA_LONG);
    eventSynchronize = function("cuEventSynchronize", JAVA_LONG);
    moduleLoadData = function("cuModuleLoadData", ADDRESS, ADDRESS);
    moduleUnload = function("cuModuleUnload", JAVA_LONG);
    moduleGetFunction = function("cuModuleGetFunction", ADDRESS, JAVA_LONG, ADDRESS);
    launchKernel =
        function(
            "cuLaunchKernel",
            JAVA_LONG, // function
            JAVA_INT, // blocks
            JAVA_INT,
            JAVA_INT,
            JAVA_INT, // threads of a block
            JAVA_INT,
            JAVA_INT,
            JAVA_INT, // shared memory beside that of the kernel
            JAVA_LONG, // stream
            ADDRESS, // arguments
            ADDRESS);
    getErrorName = function("cuGetErrorName", JAVA_INT, ADDRESS);
  }

  private MethodHandle function(String name, MemoryLayout... arguments) {
    return Linker.nativeLinker()
        .downcallHandle(symbols.findOrThrow(name), FunctionDescriptor.of(JAVA_INT, arguments));
  }
}
