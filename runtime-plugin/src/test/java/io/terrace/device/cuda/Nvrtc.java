/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.List;

/**
 * NVIDIA's compiler of kernels, {@code libnvrtc}: it needs neither a device nor a driver. On PyPI
 * it is {@code nvidia-cuda-nvrtc-cu12}; PTX of 12.6 is read by drivers from that version on.
 */
@SuppressWarnings("restricted") // links it
final class Nvrtc {
  /** Where contraction is off, the order of roundings is that of the source. */
  static final List<String> OPTIONS =
      List.of("--gpu-architecture=compute_75", "--fmad=false", "--std=c++17");

  private final SymbolLookup symbols;

  /**
   * Loads it.
   *
   * @throws IllegalArgumentException if it is not there
   */
  Nvrtc(Path library) {
    symbols = SymbolLookup.libraryLookup(library, Arena.global());
  }

  /**
   * Compiles a kernel.
   *
   * @param name of the source, for messages
   * @return PTX
   * @throws IllegalStateException with the compiler's log if it finds errors
   */
  String compile(String name, String source) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment made = arena.allocate(ADDRESS);
      check(
          "nvrtcCreateProgram",
          call(
              "nvrtcCreateProgram",
              List.of(ADDRESS, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS),
              made,
              arena.allocateFrom(source),
              arena.allocateFrom(name),
              0,
              MemorySegment.NULL,
              MemorySegment.NULL));
      long program = made.get(JAVA_LONG, 0);
      MemorySegment options = arena.allocate(ADDRESS, OPTIONS.size());
      for (int i = 0; i < OPTIONS.size(); i++) {
        options.setAtIndex(ADDRESS, i, arena.allocateFrom(OPTIONS.get(i)));
      }
      int result =
          call(
              "nvrtcCompileProgram",
              List.of(JAVA_LONG, JAVA_INT, ADDRESS),
              program,
              OPTIONS.size(),
              options);
      if (result != 0) {
        throw new IllegalStateException(
            text(arena, program, "nvrtcGetProgramLogSize", "nvrtcGetProgramLog"));
      }
      return text(arena, program, "nvrtcGetPTXSize", "nvrtcGetPTX");
    }
  }

  private String text(Arena arena, long program, String size, String content) {
    MemorySegment bytes = arena.allocate(JAVA_LONG);
    check(size, call(size, List.of(JAVA_LONG, ADDRESS), program, bytes));
    MemorySegment text = arena.allocate(bytes.get(JAVA_LONG, 0));
    check(content, call(content, List.of(JAVA_LONG, ADDRESS), program, text));
    return text.getString(0);
  }

  private int call(String function, List<? extends MemoryLayout> types, Object... arguments) {
    FunctionDescriptor type = FunctionDescriptor.of(JAVA_INT, types.toArray(MemoryLayout[]::new));
    try {
      return (int)
          Linker.nativeLinker()
              .downcallHandle(symbols.findOrThrow(function), type)
              .invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new AssertionError("calling " + function + " failed", e);
    }
  }

  private static void check(String function, int result) {
    if (result != 0) {
      throw new IllegalStateException(function + ": nvrtcResult " + result);
    }
  }
}
