/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The C library's functions as method handles. All but {@link #STRERROR} take the memory that
 * {@link #state} gives first, from which {@link #errno} is read. Loaded on Linux alone.
 */
@SuppressWarnings("restricted") // the only class of this package that links native functions
final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup LIBRARY = LINKER.defaultLookup();
  private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");
  private static final VarHandle ERRNO =
      Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final ThreadLocal<MemorySegment> STATE =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

  /** {@code struct iovec}. */
  static final MemoryLayout IOVEC =
      MemoryLayout.structLayout(ADDRESS.withName("iov_base"), JAVA_LONG.withName("iov_len"));

  static final MethodHandle OPEN = variadic("open", 2, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  static final MethodHandle CLOSE = function("close", JAVA_INT, JAVA_INT);
  static final MethodHandle PREAD =
      function("pread", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
  static final MethodHandle PWRITEV =
      function("pwritev", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG);
  static final MethodHandle LSEEK = function("lseek", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
  static final MethodHandle FDATASYNC = function("fdatasync", JAVA_INT, JAVA_INT);
  static final MethodHandle FTRUNCATE = function("ftruncate", JAVA_INT, JAVA_INT, JAVA_LONG);
  static final MethodHandle FADVISE =
      function("posix_fadvise", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  static final MethodHandle STATFS = function("statfs", JAVA_INT, ADDRESS, ADDRESS);
  static final MethodHandle MMAP =
      function("mmap", JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
  static final MethodHandle MUNMAP = function("munmap", JAVA_INT, ADDRESS, JAVA_LONG);
  static final MethodHandle MADVISE = function("madvise", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);

  /** {@code syscall(number, int, address)}: {@code io_uring_setup(2)}. */
  static final MethodHandle SYSCALL_SETUP =
      variadic("syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS);

  /** {@code syscall(number, int, int, int, int, address, long)}: {@code io_uring_enter(2)}. */
  static final MethodHandle SYSCALL_ENTER =
      variadic(
          "syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS,
          JAVA_LONG);

  static final MethodHandle STRERROR =
      LINKER.downcallHandle(
          LIBRARY.findOrThrow("strerror"),
          FunctionDescriptor.of(
              ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(256, JAVA_BYTE)), JAVA_INT));

  private Libc() {}

  /** Memory of this thread that calls leave their error number in. */
  static MemorySegment state() {
    return STATE.get();
  }

  /** The error number of the call that was last given this memory, if that failed. */
  static int errno(MemorySegment state) {
    return (int) ERRNO.get(state, 0L);
  }

  /** Makes one of several {@code struct iovec} name a piece of memory. */
  static void setIovec(MemorySegment vector, int index, MemorySegment memory) {
    long place = index * IOVEC.byteSize();
    vector.set(ADDRESS, place, memory);
    vector.set(JAVA_LONG, place + ADDRESS.byteSize(), memory.byteSize());
  }

  private static MethodHandle function(
      String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LIBRARY.findOrThrow(name), FunctionDescriptor.of(result, arguments), CAPTURE);
  }

  private static MethodHandle variadic(
      String name, int fixed, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LIBRARY.findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        CAPTURE,
        Linker.Option.firstVariadicArg(fixed));
  }
}
