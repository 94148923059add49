/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.Objects;

/**
 * Causal attention over pages of device memory: {@code attention.cu}, of which {@code
 * attention.ptx} is made for devices of compute capability 7.5 and above. Bits depend on the page
 * geometry alone, not on how many rows are computed at once.
 *
 * <p>Safe for use by several threads.
 */
public final class AttentionKernel implements AutoCloseable {
  /** Threads of a block, and so the most positions of a page and elements of a head. */
  public static final int MOST = 256;

  static final String PTX = "attention.ptx";

  private static final String NAME = "attend";

  /** The kernel's argument, as its source declares it. */
  private static final StructLayout ARGUMENT =
      MemoryLayout.structLayout(
          JAVA_LONG.withName("pages"),
          JAVA_LONG.withName("queries"),
          JAVA_LONG.withName("result"),
          JAVA_LONG.withName("keyOffset"),
          JAVA_LONG.withName("valueOffset"),
          JAVA_INT.withName("first"),
          JAVA_INT.withName("heads"),
          JAVA_INT.withName("headsPerKvHead"),
          JAVA_INT.withName("headSize"),
          JAVA_INT.withName("kvLength"),
          JAVA_INT.withName("chunkTokens"),
          JAVA_INT.withName("isBf16"),
          JAVA_FLOAT.withName("scale"),
          JAVA_FLOAT.withName("softCap"),
          MemoryLayout.paddingLayout(4));

  private final CudaDevice device;
  private final long module;
  private final long function;

  /**
   * What attention of a model looks like.
   *
   * @param geometry of pages, F32 or BF16, with at most {@link #MOST} positions a page and elements
   *     a head
   * @param heads of queries, a multiple of the geometry's
   * @param scale of scores
   * @param softCap of scores, 0 for none
   */
  public record Shape(PageGeometry geometry, int heads, float scale, float softCap) {
    /**
     * Checks it.
     *
     * @throws IllegalArgumentException if the kernel does not compute it
     */
    public Shape {
      boolean computed =
          (geometry.dataType() == DataType.F32 || geometry.dataType() == DataType.BF16)
              && geometry.chunkTokens() <= MOST
              && geometry.headSize() <= MOST
              && heads % geometry.kvHeads() == 0;
      if (!computed) {
        throw new IllegalArgumentException(
            "no attention on the device for " + geometry + " and " + heads + " heads");
      }
    }
  }

  /**
   * Loads it.
   *
   * @throws CudaException if the driver does not take it
   */
  public AttentionKernel(CudaDevice device) throws CudaException {
    this.device = device;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ptx = arena.allocateFrom(ptx());
      MemorySegment name = arena.allocateFrom(NAME);
      CudaLibrary library = device.library();
      module =
          device.handle(
              "cuModuleLoadData", handle -> (int) library.moduleLoadData.invokeExact(handle, ptx));
      function =
          device.handle(
              "cuModuleGetFunction",
              handle -> (int) library.moduleGetFunction.invokeExact(handle, module, name));
    }
  }

  private static String ptx() {
    try (InputStream in = AttentionKernel.class.getResourceAsStream(PTX)) {
      return new String(
          Objects.requireNonNull(in, PTX).readAllBytes(),
          java.nio.charset.StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Has a stream compute attention of one layer.
   *
   * @param layer whose K and V are read
   * @param pages device address of the addresses of pages, as 64-bit numbers, up to the one that
   *     holds the last row's position; K and V of all positions up to each row's are there
   * @param queries device address of {@code [rows][heads][headSize]}, F32
   * @param result device address of as much
   * @param first position of the first row; the others follow it
   * @param rows at least 1
   */
  public void attend(
      CudaStream stream,
      Shape shape,
      int layer,
      long pages,
      long queries,
      long result,
      int first,
      int rows)
      throws CudaException {
    PageGeometry geometry = shape.geometry();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment argument = arena.allocate(ARGUMENT);
      set(argument, "pages", pages);
      set(argument, "queries", queries);
      set(argument, "result", result);
      set(argument, "keyOffset", (long) geometry.keyOffset(layer));
      set(argument, "valueOffset", (long) geometry.valueOffset(layer));
      set(argument, "first", first);
      set(argument, "heads", shape.heads());
      set(argument, "headsPerKvHead", shape.heads() / geometry.kvHeads());
      set(argument, "headSize", geometry.headSize());
      set(argument, "kvLength", geometry.kvLength());
      set(argument, "chunkTokens", geometry.chunkTokens());
      set(argument, "isBf16", geometry.dataType() == DataType.BF16 ? 1 : 0);
      argument.set(JAVA_FLOAT, offset("scale"), shape.scale());
      argument.set(JAVA_FLOAT, offset("softCap"), shape.softCap());
      MemorySegment arguments = arena.allocate(ADDRESS);
      arguments.set(ADDRESS, 0, argument);
      device.call(
          "cuLaunchKernel",
          () ->
              (int)
                  device
                      .library()
                      .launchKernel
                      .invokeExact(
                          function,
                          shape.heads(),
                          rows,
                          1,
                          MOST,
                          1,
                          1,
                          0,
                          stream.handle(),
                          arguments,
                          MemorySegment.NULL));
    }
  }

  private static void set(MemorySegment argument, String field, long value) {
    argument.set(JAVA_LONG, offset(field), value);
  }

  private static void set(MemorySegment argument, String field, int value) {
    argument.set(JAVA_INT, offset(field), value);
  }

  private static long offset(String field) {
    return ARGUMENT.byteOffset(PathElement.groupElement(field));
  }

  @Override
  public void close() throws CudaException {
    device.call("cuModuleUnload", () -> (int) device.library().moduleUnload.invokeExact(module));
  }
}
