/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.terrace.device.cuda.AttentionKernel.Shape;
import io.terrace.device.cuda.CudaException;
import io.terrace.device.cuda.CudaStream;
import io.terrace.spi.PageGeometry;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * Attention of one model on a device. For each layer of a pass one copy goes up, with the addresses
 * of the pages and the new rows of queries, K and V; these are put into their pages, attention is
 * computed, and one copy comes back.
 *
 * <p>Safe for use by several threads.
 */
public final class DeviceAttention {
  private static final long ALIGNMENT = 16;
  private static final int BATCH_ROWS = 256; // as most runtimes have them
  private static final long TABLE_BYTES = 64 << 10;

  private final DeviceMemory memory;
  private final Shape shape;

  /** Where a pass puts the rows of a layer. */
  public interface Rows {
    /**
     * Writes them.
     *
     * @param queries {@code [rows][heads][headSize]}, F32
     * @param keys {@code [rows][kvLength]}, in the type of the pages
     * @param values as the keys
     */
    void write(MemorySegment queries, MemorySegment keys, MemorySegment values);
  }

  /**
   * @param shape of the model's attention
   */
  public DeviceAttention(DeviceMemory memory, Shape shape) {
    this.memory = memory;
    this.shape = shape;
  }

  /** The shape of the pages. */
  public PageGeometry geometry() {
    return shape.geometry();
  }

  /** What the bits of its results depend on, beside the model. */
  public String identity() {
    return memory.kernels().identity();
  }

  /** Where the attention is computed. */
  public DeviceMemory memory() {
    return memory;
  }

  /** So much that a pass of few rows leaves behind what serves one of many. */
  private static long room(int rows, long bytes) {
    return rows >= BATCH_ROWS ? bytes + TABLE_BYTES : bytes / rows * BATCH_ROWS + TABLE_BYTES;
  }

  /**
   * Computes attention of one layer for rows that follow one another; waits for it.
   *
   * @param table in which the pass {@linkplain DeviceTable#beginPass has begun}
   * @param first position of the first row
   * @param rows at least 1
   * @param newRows called once, before anything is sent
   * @param result gets {@code [rows][heads][headSize]}, F32, to be read at once
   * @return false if the device failed; then nothing of the pass is of use
   */
  public boolean compute(
      DeviceTable table,
      int layer,
      int first,
      int rows,
      Rows newRows,
      Consumer<MemorySegment> result) {
    long queryBytes = 4L * rows * shape.heads() * geometry().headSize();
    long rowBytes = (long) rows * geometry().rowBytes();
    long[] pages = table.addresses(first + rows);
    long queriesAt = HostMemory.roundUp(8L * pages.length, ALIGNMENT);
    long keysAt = queriesAt + queryBytes;
    long end = keysAt + 2 * rowBytes;
    Exchange exchange = null;
    try {
      exchange = memory.exchanges().take(room(rows, end), room(rows, queryBytes));
      MemorySegment up = exchange.up();
      MemorySegment.copy(pages, 0, up, JAVA_LONG, 0, pages.length);
      newRows.write(
          up.asSlice(queriesAt, queryBytes),
          up.asSlice(keysAt, rowBytes),
          up.asSlice(keysAt + rowBytes, rowBytes));
      CudaStream stream = memory.computeStream();
      exchange.send(stream, end);
      long there = exchange.deviceUp();
      memory.kernel().store(stream, geometry(), layer, there, there + keysAt, first, rows);
      table.awaitLayer(layer, stream);
      memory
          .kernel()
          .attend(
              stream, shape, layer, there, there + queriesAt, exchange.deviceDown(), first, rows);
      result.accept(exchange.fetch(stream, queryBytes));
      return true;
    } catch (CudaException e) {
      memory.failed(e);
      return false;
    } finally {
      if (exchange != null) { // nothing uses it any more, or nobody will
        memory.exchanges().putBack(exchange);
      }
    }
  }
}
