/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A native library that a test compiles with gcc, from a C file of its own, to stand in for one
 * that this machine lacks; with functions beside those of the real one to control it by. Loaded for
 * the rest of the process: make one of a kind.
 */
@SuppressWarnings("restricted") // links what it is controlled by
public final class NativeStandIn {
  private final Path file;
  private final SymbolLookup symbols;

  private NativeStandIn(Path file) {
    this.file = file;
    symbols = SymbolLookup.libraryLookup(file, Arena.global());
  }

  /**
   * Compiles a library; skips the test where there is no gcc.
   *
   * @param beside whose resources the sources are
   * @param name of the library, such as {@code libcuda.so.1}
   * @param sources the first is compiled, the others are included by it
   * @param flags of gcc, beside those for a library without warnings
   * @throws IllegalStateException if gcc finds errors, or warnings
   */
  public static NativeStandIn compile(
      Class<?> beside, String name, List<String> sources, String... flags) {
    try {
      Path folder = Files.createTempDirectory("terrace-standin-");
      folder.toFile().deleteOnExit(); // after what is in it
      for (String source : sources) {
        try (InputStream in = beside.getResourceAsStream(source)) {
          Files.copy(Objects.requireNonNull(in, source), folder.resolve(source));
          folder.resolve(source).toFile().deleteOnExit();
        }
      }
      Path library = folder.resolve(name);
      library.toFile().deleteOnExit();
      gcc(folder.resolve(sources.getFirst()), library, List.of(flags));
      return new NativeStandIn(library);
    } catch (IOException e) {
      return abort("skipped: the stand-in for " + name + " needs gcc: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException(e));
    }
  }

  private static void gcc(Path source, Path library, List<String> flags)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("gcc", "-O1", "-Wall", "-Werror"));
    command.addAll(List.of("-shared", "-fPIC", "-o", library.toString(), source.toString()));
    command.addAll(flags);
    Process compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (compiler.waitFor() != 0) {
      throw new IllegalStateException("gcc said: " + said);
    }
  }

  /** What it is loaded by. */
  public String library() {
    return file.toString();
  }

  /** Calls a function of it without a result; arguments are of {@code long}. */
  public void tell(String function, Object... numbers) {
    MemoryLayout[] types = new MemoryLayout[numbers.length];
    Arrays.fill(types, ValueLayout.JAVA_LONG);
    call(function, FunctionDescriptor.ofVoid(types), List.of(numbers));
  }

  /** Calls a function of it without a result, with a text. */
  public void tell(String function, String text) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment argument = arena.allocateFrom(text);
      call(function, FunctionDescriptor.ofVoid(ValueLayout.ADDRESS), List.of(argument));
    }
  }

  /** Calls a function of it that gives a number for a name. */
  public long count(String function, String what) {
    try (Arena arena = Arena.ofConfined()) {
      FunctionDescriptor type = FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);
      return (long) Objects.requireNonNull(call(function, type, List.of(arena.allocateFrom(what))));
    }
  }

  private @Nullable Object call(String function, FunctionDescriptor type, List<?> arguments) {
    try {
      return Linker.nativeLinker()
          .downcallHandle(symbols.findOrThrow(function), type)
          .invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new AssertionError("calling " + function + " failed", e);
    }
  }
}
