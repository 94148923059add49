/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.gds;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The CUDA contexts that device memory belongs to. Calls of libcufile with such memory are to be
 * made in a context (its Best Practices Guide, "API Usage"), and threads of a tier have none.
 *
 * <p>Safe for use by several threads.
 */
final class CudaContexts {
  private static final int CONTEXT = 1; // CU_POINTER_ATTRIBUTE_…

  private final @Nullable Driver driver;

  private record Driver(MethodHandle pointerGetAttribute, MethodHandle push, MethodHandle pop) {
    @SuppressWarnings("restricted") // links the driver's functions
    static Driver of(SymbolLookup symbols) {
      return new Driver(
          function(symbols, "cuPointerGetAttribute", ADDRESS, JAVA_INT, JAVA_LONG),
          function(symbols, "cuCtxPushCurrent_v2", JAVA_LONG),
          function(symbols, "cuCtxPopCurrent_v2", ADDRESS));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(
        SymbolLookup symbols, String name, MemoryLayout... arguments) {
      FunctionDescriptor type = FunctionDescriptor.of(JAVA_INT, arguments);
      return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), type);
    }

    long contextOf(long address) throws Throwable {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment context = arena.allocate(JAVA_LONG);
        int result = (int) pointerGetAttribute.invokeExact(context, CONTEXT, address);
        return result == 0 ? context.get(JAVA_LONG, 0) : 0;
      }
    }
  }

  /**
   * What is done in a context.
   *
   * @param <E> what it may throw
   */
  @FunctionalInterface
  interface Work<E extends Exception> {
    void run() throws E;
  }

  private CudaContexts(@Nullable Driver driver) {
    this.driver = driver;
  }

  /**
   * Those of a driver.
   *
   * @param library the driver's, already loaded; one without contexts stands in for it in tests
   */
  @SuppressWarnings("restricted")
  static CudaContexts of(String library) {
    try {
      return new CudaContexts(Driver.of(SymbolLookup.libraryLookup(library, Arena.global())));
    } catch (IllegalArgumentException | NoSuchElementException e) {
      return new CudaContexts(null);
    }
  }

  /**
   * Does something in the context of some memory. Must not park on a virtual thread.
   *
   * @param address device memory; with any other address the thread stays as it is
   */
  <E extends Exception> void in(long address, Work<E> work) throws E {
    boolean entered = enter(address);
    try {
      work.run();
    } finally {
      if (entered) {
        leave();
      }
    }
  }

  private boolean enter(long address) {
    if (driver == null) {
      return false;
    }
    try {
      long context = driver.contextOf(address);
      return context != 0 && (int) driver.push.invokeExact(context) == 0;
    } catch (Throwable e) {
      throw CuFile.unexpected("cuCtxPushCurrent", e);
    }
  }

  private void leave() {
    if (driver == null) {
      return;
    }
    try {
      int ignored = (int) driver.pop.invokeExact(MemorySegment.NULL); // it was pushed
    } catch (Throwable e) {
      throw CuFile.unexpected("cuCtxPopCurrent", e);
    }
  }
}
