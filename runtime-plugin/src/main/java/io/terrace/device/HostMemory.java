/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * Anonymous memory from the operating system: {@code mmap(2)}, aligned to 2 MiB and advised {@code
 * MADV_HUGEPAGE} before its first touch, because direct I/O into such memory is about twice as fast
 * as into scattered 4 KiB pages, and given back with {@code munmap(2)}.
 *
 * <p>Not {@code Arena}: an arena zero-fills, which is a touch, and a shared arena's close is a
 * handshake with every thread of the process.
 */
@SuppressWarnings("restricted") // the only class of this package that links native functions
final class HostMemory {
  /** Alignment of mappings, and the unit that their length is rounded up to. */
  static final long HUGE_PAGE_BYTES = 2L << 20;

  /** Alignment of pages, which direct I/O and {@code mprotect} want. */
  static final long PAGE_BYTES = 4096;

  private static final int PROT_READ = 1;
  private static final int PROT_WRITE = 2;
  private static final int MAP_PRIVATE = 2;
  private static final int MAP_ANONYMOUS =
      System.getProperty("os.name").startsWith("Mac") ? 0x1000 : 0x20;
  private static final int MADV_HUGEPAGE = 14;
  private static final int MADV_POPULATE_WRITE = 23;
  private static final boolean LINUX = System.getProperty("os.name").equals("Linux");
  private static final long MAP_FAILED = -1;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup LIBC = LINKER.defaultLookup();
  private static final MethodHandle MMAP =
      function("mmap", ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle MUNMAP = function("munmap", JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle MADVISE =
      function("madvise", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle MPROTECT =
      function("mprotect", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);

  private HostMemory() {}

  /**
   * Maps fresh memory.
   *
   * @param bytes wanted length; rounded up to {@link #HUGE_PAGE_BYTES}
   * @return the memory, aligned to {@link #HUGE_PAGE_BYTES}, to be given to {@link #unmap}
   * @throws OutOfMemoryError if the operating system refuses
   */
  static MemorySegment map(long bytes) {
    long length = roundUp(bytes, HUGE_PAGE_BYTES);
    long padded = length + HUGE_PAGE_BYTES;
    long base = mmap(padded);
    long start = roundUp(base, HUGE_PAGE_BYTES);
    if (start > base) {
      munmap(base, start - base);
    }
    long end = base + padded;
    if (end > start + length) {
      munmap(start + length, end - start - length);
    }
    MemorySegment memory = MemorySegment.ofAddress(start).reinterpret(length);
    advise(memory, MADV_HUGEPAGE);
    return memory;
  }

  /**
   * Has the operating system back memory with cleared pages now, which otherwise happens at the
   * first touch: on a virtual machine that takes 2 ms a MiB. Keeps what the memory holds; does
   * nothing where the system (Linux before 5.14, others) has no such call.
   */
  static void touch(MemorySegment memory) {
    if (LINUX) {
      advise(memory, MADV_POPULATE_WRITE);
    }
  }

  /**
   * Gives a mapping back. Any later access ends the process.
   *
   * @param memory what {@link #map} gave, or its beginning up to the length that was asked for
   */
  static void unmap(MemorySegment memory) {
    munmap(memory.address(), roundUp(memory.byteSize(), HUGE_PAGE_BYTES));
  }

  /**
   * Makes memory read-only, or writable again. For tests and fault finding: a write to read-only
   * memory ends the process.
   *
   * @param memory aligned to {@link #PAGE_BYTES}
   */
  static void protect(MemorySegment memory, boolean readOnly) {
    int result;
    try {
      result =
          (int)
              MPROTECT.invokeExact(
                  memory,
                  roundUp(memory.byteSize(), PAGE_BYTES),
                  readOnly ? PROT_READ : PROT_READ | PROT_WRITE);
    } catch (Throwable e) {
      throw unexpected("mprotect", e);
    }
    if (result != 0) {
      throw new IllegalStateException("mprotect failed on " + memory);
    }
  }

  static long roundUp(long bytes, long unit) {
    return (bytes + unit - 1) & -unit;
  }

  private static long mmap(long bytes) {
    MemorySegment mapped;
    try {
      mapped =
          (MemorySegment)
              MMAP.invokeExact(
                  MemorySegment.NULL,
                  bytes,
                  PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS,
                  -1,
                  0L);
    } catch (Throwable e) {
      throw unexpected("mmap", e);
    }
    if (mapped.address() == MAP_FAILED) {
      throw new OutOfMemoryError("mmap of " + bytes + " bytes for KV pages was refused");
    }
    return mapped.address();
  }

  private static void munmap(long address, long bytes) {
    int result;
    try {
      result = (int) MUNMAP.invokeExact(MemorySegment.ofAddress(address), bytes);
    } catch (Throwable e) {
      throw unexpected("munmap", e);
    }
    if (result != 0) {
      throw new IllegalStateException("munmap failed at " + address + ", " + bytes + " bytes");
    }
  }

  /** Advice only: where it is not known, memory works all the same. */
  private static void advise(MemorySegment memory, int advice) {
    try {
      int ignored = (int) MADVISE.invokeExact(memory, memory.byteSize(), advice);
    } catch (Throwable e) {
      throw unexpected("madvise", e);
    }
  }

  private static MethodHandle function(
      String name, MemoryLayout result, MemoryLayout... arguments) {
    MemorySegment symbol =
        LIBC.find(name)
            .orElseThrow(
                () -> new UnsatisfiedLinkError("the C library of this system lacks " + name));
    return LINKER.downcallHandle(symbol, FunctionDescriptor.of(result, arguments));
  }

  private static AssertionError unexpected(String function, Throwable cause) {
    return new AssertionError("calling " + function + " failed", cause);
  }
}
