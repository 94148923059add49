/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;

/**
 * Causal attention over pages of device memory. Bits depend on the page geometry alone, not on how
 * many rows are computed at once.
 *
 * <p>Safe for use by several threads.
 */
public final class AttentionKernel {
  /** Threads of a block, and so the most positions of a page and elements of a head. */
  public static final int MOST = Kernels.THREADS;

  /** The argument of {@code attend}, as its source declares it. */
  private static final StructLayout ATTENTION =
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

  /** The argument of {@code store}. */
  private static final StructLayout ROWS =
      MemoryLayout.structLayout(
          JAVA_LONG.withName("pages"),
          JAVA_LONG.withName("rows"),
          JAVA_LONG.withName("keyOffset"),
          JAVA_LONG.withName("valueOffset"),
          JAVA_INT.withName("first"),
          JAVA_INT.withName("count"),
          JAVA_INT.withName("chunkTokens"),
          JAVA_INT.withName("rowHalves"));

  private final Kernels kernels;
  private final long attend;
  private final long store;

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
      if (!isComputed(geometry, heads)) {
        throw new IllegalArgumentException(
            "no attention on the device for " + geometry + " and " + heads + " heads");
      }
    }

    /** Whether the kernel computes such pages and heads. */
    public static boolean isComputed(PageGeometry geometry, int heads) {
      return (geometry.dataType() == DataType.F32 || geometry.dataType() == DataType.BF16)
          && geometry.chunkTokens() <= MOST
          && geometry.headSize() <= MOST
          && heads % geometry.kvHeads() == 0;
    }
  }

  /**
   * Finds its functions.
   *
   * @param kernels outlives this
   */
  public AttentionKernel(Kernels kernels) throws CudaException {
    this.kernels = kernels;
    attend = kernels.function("attend");
    store = kernels.function("store");
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
      Kernels.Argument argument = new Kernels.Argument(ATTENTION, arena);
      argument.set("pages", pages);
      argument.set("queries", queries);
      argument.set("result", result);
      argument.set("keyOffset", (long) geometry.keyOffset(layer));
      argument.set("valueOffset", (long) geometry.valueOffset(layer));
      argument.set("first", first);
      argument.set("heads", shape.heads());
      argument.set("headsPerKvHead", shape.heads() / geometry.kvHeads());
      argument.set("headSize", geometry.headSize());
      argument.set("kvLength", geometry.kvLength());
      argument.set("chunkTokens", geometry.chunkTokens());
      argument.set("isBf16", geometry.dataType() == DataType.BF16 ? 1 : 0);
      argument.set("scale", shape.scale());
      argument.set("softCap", shape.softCap());
      kernels.launch(attend, stream, shape.heads(), rows, argument);
    }
  }

  /**
   * Has a stream put new K and V of one layer into their pages.
   *
   * @param layer whose K and V they are
   * @param pages as {@link #attend} takes them
   * @param from device address of {@code [K|V][rows][kvLength]}, in the type of the pages
   * @param first position of the first row; the others follow it
   * @param rows at least 1
   */
  public void store(
      CudaStream stream,
      PageGeometry geometry,
      int layer,
      long pages,
      long from,
      int first,
      int rows)
      throws CudaException {
    try (Arena arena = Arena.ofConfined()) {
      Kernels.Argument argument = new Kernels.Argument(ROWS, arena);
      argument.set("pages", pages);
      argument.set("rows", from);
      argument.set("keyOffset", (long) geometry.keyOffset(layer));
      argument.set("valueOffset", (long) geometry.valueOffset(layer));
      argument.set("first", first);
      argument.set("count", rows);
      argument.set("chunkTokens", geometry.chunkTokens());
      argument.set("rowHalves", geometry.rowBytes() / 2);
      kernels.launch(store, stream, 1, rows, argument);
    }
  }
}
