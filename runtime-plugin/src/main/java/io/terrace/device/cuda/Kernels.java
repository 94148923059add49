/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/**
 * The functions of {@code kernels.cu} on a device: {@code kernels.ptx} is made of it for devices of
 * compute capability 7.5 and above.
 *
 * <p>Safe for use by several threads.
 */
public final class Kernels implements AutoCloseable {
  /** Threads of a block. */
  static final int THREADS = 256;

  static final String PTX = "kernels.ptx";

  private final CudaDevice device;
  private final long module;

  /**
   * Loads them.
   *
   * @throws CudaException if the driver does not take them
   */
  public Kernels(CudaDevice device) throws CudaException {
    this.device = device;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ptx = arena.allocateFrom(ptx());
      module =
          device.handle(
              "cuModuleLoadData",
              handle -> (int) device.library().moduleLoadData.invokeExact(handle, ptx));
    }
  }

  /** What bits depend on: the kernels, and the kind of device that they are compiled for. */
  public String identity() {
    try {
      byte[] text = ptx().getBytes(StandardCharsets.US_ASCII);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
      return HexFormat.of().formatHex(digest) + " " + device.facts().computeCapability();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String ptx() {
    try (InputStream in = Kernels.class.getResourceAsStream(PTX)) {
      return new String(Objects.requireNonNull(in, PTX).readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A function of these. */
  long function(String name) throws CudaException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name);
      return device.handle(
          "cuModuleGetFunction",
          handle -> (int) device.library().moduleGetFunction.invokeExact(handle, module, text));
    }
  }

  /** Has a stream run a function for so many blocks; its argument is copied before this returns. */
  void launch(long function, CudaStream stream, int columns, int rows, Argument argument)
      throws CudaException {
    MemorySegment arguments = argument.pointers();
    device.call(
        "cuLaunchKernel",
        () ->
            (int)
                device
                    .library()
                    .launchKernel
                    .invokeExact(
                        function,
                        columns,
                        rows,
                        1,
                        THREADS,
                        1,
                        1,
                        0,
                        stream.handle(),
                        arguments,
                        MemorySegment.NULL));
  }

  /** A struct that a function takes by value. */
  record Argument(StructLayout layout, MemorySegment content, MemorySegment pointers) {
    Argument(StructLayout layout, Arena arena) {
      this(layout, arena.allocate(layout), arena.allocate(ADDRESS));
      pointers.set(ADDRESS, 0, content);
    }

    void set(String field, long value) {
      content.set(JAVA_LONG, offset(field), value);
    }

    void set(String field, int value) {
      content.set(JAVA_INT, offset(field), value);
    }

    void set(String field, float value) {
      content.set(JAVA_FLOAT, offset(field), value);
    }

    private long offset(String field) {
      return layout.byteOffset(PathElement.groupElement(field));
    }
  }

  /** Unloads them. Nothing of them may be under way. */
  @Override
  public void close() throws CudaException {
    device.call("cuModuleUnload", () -> (int) device.library().moduleUnload.invokeExact(module));
  }
}
