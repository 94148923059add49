/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The CUDA driver that children of these tests find: a stand-in, compiled from a C file of the
 * runtime-plugin module, or with {@code -Pgpu} the real one. Beside it a stand-in for libcufile, of
 * the tier-nfs-gds module.
 */
public final class DeviceDriver {
  private static final boolean REAL = Boolean.getBoolean("terrace.test.gpu");
  private static final Path SOURCES = Path.of(System.getProperty("terrace.test.device", ""));
  private static final Path GDS = Path.of(System.getProperty("terrace.test.gds", ""));
  private static final String FOLDER = "resources/io/terrace/device/cuda/";
  private static @Nullable Path compiled; // guarded by the class

  private DeviceDriver() {}

  /**
   * A child whose attention is computed on the device.
   *
   * @param script how the stand-in is to behave, as its source says; empty for a good one, as a
   *     real device is
   */
  static Child start(String script, String... properties) {
    String[] all = new String[properties.length + 1];
    System.arraycopy(properties, 0, all, 1, properties.length);
    all[0] = "terrace.device=cuda"; // unless another one follows
    return Child.start(environment(script), all);
  }

  /** What such a child finds the driver by. */
  public static Map<String, String> environment(String script) {
    if (REAL) {
      assumeTrue(script.isEmpty(), "skipped: a real device does not do what it is told to");
      return Map.of();
    }
    Map<String, String> variables = new HashMap<>();
    variables.put("LD_LIBRARY_PATH", folder().toString());
    variables.put("STANDIN_CUDA", script.isEmpty() ? "delay=0" : script);
    return variables;
  }

  /**
   * The same with a library for GPUDirect Storage, which there is a stand-in for alone.
   *
   * @param script how that one is to behave, as its source says
   */
  public static Map<String, String> environmentWithGds(String script) {
    requireStandIn();
    Map<String, String> variables = environment("");
    variables.put("STANDIN_CUFILE", script);
    return variables;
  }

  /** Skips the test where only the stand-in can tell. */
  public static void requireStandIn() {
    assumeFalse(REAL, "skipped: a real driver does not count calls");
  }

  private static synchronized Path folder() {
    Path made = compiled;
    if (made == null) {
      made = compile();
      compiled = made;
    }
    return made;
  }

  private static Path compile() {
    try {
      Path folder = Files.createDirectories(Path.of("target", "stand-in").toAbsolutePath());
      String kernels = SOURCES.resolve("main").resolve(FOLDER).toString();
      compile(
          SOURCES.resolve("test").resolve(FOLDER).resolve("standin_cuda.c"),
          folder.resolve("libcuda.so.1"),
          "-ffp-contract=off",
          "-I" + kernels,
          "-lm");
      compile(GDS.resolve("standin_cufile.c"), folder.resolve("libcufile.so.0"), "-ldl");
      return folder;
    } catch (IOException e) {
      return abort("skipped: the stand-in for libcuda.so.1 needs gcc: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void compile(Path source, Path library, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("gcc", "-O2", "-shared", "-fPIC", "-o"));
    command.addAll(List.of(library.toString(), source.toString(), "-lpthread"));
    command.addAll(List.of(options));
    Process gcc = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (gcc.waitFor() != 0) {
      throw new IllegalStateException("gcc said: " + said);
    }
  }

  /** In the child: one of the stand-in's counts, by the names in its source. */
  static long count(String what) {
    return count("libcuda.so.1", what);
  }

  /** In the child: as above, of that stand-in or the one for {@code libcufile.so.0}. */
  @SuppressWarnings("restricted") // links what it is asked by
  public static long count(String library, String what) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment function =
          SymbolLookup.libraryLookup(library, Arena.global()).findOrThrow("standin_count");
      return (long)
          Linker.nativeLinker()
              .downcallHandle(
                  function, FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS))
              .invoke(arena.allocateFrom(what));
    } catch (Throwable e) {
      throw new AssertionError("the stand-in does not count " + what, e);
    }
  }
}
