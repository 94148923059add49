/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.gds;

import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.terrace.tier.nfs.io.Posix;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The library of {@code standin_cufile.c}, compiled once, and its controls. */
@SuppressWarnings("restricted") // links the controls
public final class StandIn {
  private static final Object LOCK = new Object();
  private static @Nullable StandIn only;

  private final Path file;
  private final SymbolLookup symbols;

  private StandIn(Path file) {
    this.file = file;
    this.symbols = SymbolLookup.libraryLookup(file, Arena.global());
  }

  /** The library as new; skips the test where it cannot be compiled. */
  public static StandIn fresh() {
    assumeTrue(Posix.absence().isEmpty(), () -> "skipped: " + Posix.absence());
    synchronized (LOCK) {
      StandIn library = only != null ? only : new StandIn(compile());
      only = library;
      library.tell("standin_reset");
      return library;
    }
  }

  private static Path compile() {
    try (InputStream source = StandIn.class.getResourceAsStream("standin_cufile.c")) {
      Path folder = Files.createTempDirectory("terrace-standin-");
      folder.toFile().deleteOnExit(); // after what is in it
      Path code = folder.resolve("standin_cufile.c");
      Files.copy(Objects.requireNonNull(source), code);
      Path library = folder.resolve("libcufile.so.0");
      Process compiler =
          new ProcessBuilder(
                  "gcc",
                  "-O1",
                  "-Wall",
                  "-Werror",
                  "-shared",
                  "-fPIC",
                  "-o",
                  library.toString(),
                  code.toString(),
                  "-lpthread")
              .redirectErrorStream(true)
              .start();
      String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (compiler.waitFor() != 0) {
        throw new IllegalStateException("gcc said: " + said);
      }
      code.toFile().deleteOnExit();
      library.toFile().deleteOnExit();
      return library;
    } catch (IOException e) {
      return abort("skipped: the stand-in for libcufile needs gcc: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException(e));
    }
  }

  /** What it is loaded by. */
  String library() {
    return file.toString();
  }

  /** Opens it as if it were the real one. */
  public Gds open() {
    return open(Duration.ofSeconds(30));
  }

  /** Opens it with so much time, and itself in the place of the CUDA driver. */
  Gds open(Duration patience) {
    return Gds.probe(library(), library(), patience);
  }

  void failNth(long nth, long code) {
    tell("standin_fail", nth, code);
  }

  void shorten(long bytes) {
    tell("standin_short", bytes);
  }

  void pinAtMost(long kib) {
    tell("standin_pinned", kib);
  }

  void slowOpen(long millis) {
    tell("standin_slow_open", millis);
  }

  void withoutNvfs() {
    tell("standin_without_nvfs");
  }

  /** One of its counts, by the name in its source. */
  public long count(String what) {
    try (Arena arena = Arena.ofConfined()) {
      FunctionDescriptor type = FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);
      long count =
          (long)
              Linker.nativeLinker()
                  .downcallHandle(symbols.findOrThrow("standin_count"), type)
                  .invokeExact(arena.allocateFrom(what));
      if (count < 0 && !what.equals("drivers")) {
        throw new IllegalArgumentException(what);
      }
      return count;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private void tell(String control, Object... numbers) {
    MemoryLayout[] arguments = new MemoryLayout[numbers.length];
    Arrays.fill(arguments, ValueLayout.JAVA_LONG);
    try {
      Linker.nativeLinker()
          .downcallHandle(symbols.findOrThrow(control), FunctionDescriptor.ofVoid(arguments))
          .invokeWithArguments(numbers);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
