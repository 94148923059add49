/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.DeviceFigures.Row;
import io.terrace.device.DeviceAttention;
import io.terrace.device.DeviceMemory;
import io.terrace.device.DeviceTable;
import io.terrace.device.PagePool;
import io.terrace.device.PooledPage;
import io.terrace.device.cuda.AttentionKernel.Shape;
import io.terrace.device.cuda.CudaDevice;
import io.terrace.device.cuda.CudaException;
import io.terrace.device.cuda.CudaStream;
import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.TierException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** Measures a device; each thing in turns with what it is compared to. */
final class DeviceBench implements AutoCloseable {
  private static final long MIB = 1 << 20;
  private static final int CHUNK_TOKENS = 256;
  private static final int KV_HEADS = 8;
  private static final int HEADS = 32;
  private static final int HEAD_SIZE = 128;
  private static final int LAYERS_OF_STEP = 4;
  private static final List<Integer> FILES = List.of(8, 32); // in MiB
  private static final List<Integer> PAGE_LAYERS = List.of(4, 16); // pages of 8 and of 32 MiB

  private final CudaDevice device;
  private final CudaStream stream;
  private final PagePool host;
  private final DeviceMemory memory;
  private final Rounds rounds;
  private final Progress progress;

  /**
   * @param device closed with this
   */
  DeviceBench(CudaDevice device, int rounds, Progress progress) throws CudaException {
    this.device = device;
    this.rounds = new Rounds(rounds);
    this.progress = progress;
    stream = device.stream();
    long budget = device.freeBytes() / 2;
    host = new PagePool(budget, false);
    memory = new DeviceMemory(device, budget, host, failure -> {});
  }

  /** What is known of the device. */
  CudaDevice.Facts facts() {
    return device.facts();
  }

  /**
   * @param root a folder of the volume whose files are moved
   */
  List<Row> measure(List<Integer> copies, List<Integer> contexts, List<Integer> batches, Path root)
      throws CudaException, TierException {
    List<Row> rows = new ArrayList<>();
    for (int mebibytes : copies) {
      progress.phase("Copies of " + mebibytes + " MiB");
      rows.addAll(copies(mebibytes * MIB));
    }
    for (int layers : PAGE_LAYERS) {
      progress.phase("Pages of " + pages(layers).pageBytes() / MIB + " MiB");
      rows.addAll(pageCopies(pages(layers)));
    }
    try (DeviceFiles files = new DeviceFiles(memory, host, stream, root, rounds)) {
      for (int mebibytes : FILES) {
        progress.phase("Files of " + mebibytes + " MiB");
        rows.addAll(files.measure(mebibytes));
      }
    }
    for (int context : contexts) {
      progress.phase("Attention behind " + Messages.grouped(context) + " tokens");
      rows.addAll(attention(context, batches));
    }
    if (memory.isLost()) {
      throw CliException.failed("the device failed meanwhile: see the driver's messages");
    }
    return rows;
  }

  private static PageGeometry pages(int layers) {
    return new PageGeometry(layers, KV_HEADS, HEAD_SIZE, CHUNK_TOKENS, DataType.F32);
  }

  /** To the device and back, pinned beside a copy on the host, and not pinned beside that. */
  private List<Row> copies(long bytes) throws CudaException, TierException {
    long there = device.allocate(bytes);
    try (Arena arena = Arena.ofShared()) {
      MemorySegment pinned = arena.allocate(bytes, 4096).fill((byte) 1);
      MemorySegment pageable = arena.allocate(bytes, 4096).fill((byte) 1);
      device.pin(pinned);
      Rounds.Work up = () -> copyUp(there, pinned);
      Rounds.Work down = () -> copyDown(pinned, there);
      List<Row> rows =
          List.of(
              rounds.row(
                  "host to device, pinned", bytes, up, "memcpy", () -> pinned.copyFrom(pageable)),
              rounds.row(
                  "device to host, pinned", bytes, down, "memcpy", () -> pageable.copyFrom(pinned)),
              rounds.row(
                  "host to device, not pinned", bytes, () -> copyUp(there, pageable), "pinned", up),
              rounds.row(
                  "device to host, not pinned",
                  bytes,
                  () -> copyDown(pageable, there),
                  "pinned",
                  down));
      device.unpin(pinned);
      return rows;
    } finally {
      device.free(there);
    }
  }

  private void copyUp(long to, MemorySegment from) throws CudaException {
    stream.copyToDevice(to, from);
    stream.synchronize();
  }

  private void copyDown(MemorySegment to, long from) throws CudaException {
    stream.copyToHost(to, from);
    stream.synchronize();
  }

  /** Pages as sessions load and spill them, beside one pinned copy of as many bytes. */
  private List<Row> pageCopies(PageGeometry geometry) throws CudaException, TierException {
    long bytes = geometry.pageBytes();
    long there = device.allocate(bytes);
    PooledPage page = host.allocate(geometry);
    DeviceTable loads = table(geometry);
    DeviceTable spills = table(geometry);
    try {
      page.segment().fill((byte) 0);
      spills.put(0, page, 0);
      return List.of(
          rounds.row(
              "load of a page",
              bytes,
              () -> {
                loads.put(0, page, CHUNK_TOKENS);
                loads.beginPass(CHUNK_TOKENS);
                loads.settle();
                loads.clear();
              },
              "pinned copy",
              () -> copyUp(there, page.segment())),
          rounds.row(
              "spill of a page",
              bytes,
              () -> {
                spills.forget(0);
                spills.beginPass(CHUNK_TOKENS);
                spills.endPass(0, CHUNK_TOKENS);
                spills.spill(CHUNK_TOKENS);
                spills.settle();
              },
              "pinned copy",
              () -> copyDown(page.segment(), there)));
    } finally {
      loads.clear();
      spills.clear();
      page.release();
      device.free(there);
    }
  }

  private DeviceTable table(PageGeometry geometry) {
    return Objects.requireNonNull(memory.table(geometry), "the device is lost");
  }

  /** One layer for some tokens behind others; then whole decode steps, with a spill beside them. */
  private List<Row> attention(int context, List<Integer> batches)
      throws CudaException, TierException {
    PageGeometry geometry = pages(LAYERS_OF_STEP);
    DeviceAttention attention = new DeviceAttention(memory, new Shape(geometry, HEADS, 0.088f, 0));
    int most = context + batches.stream().mapToInt(i -> i).max().orElse(1);
    List<PooledPage> pages = new ArrayList<>();
    DeviceTable table = table(geometry);
    List<Row> rows = new ArrayList<>();
    try {
      for (int i = 0; i * CHUNK_TOKENS < most; i++) {
        PooledPage page = host.allocate(geometry);
        page.segment().fill((byte) 0);
        pages.add(page);
        table.put(i, page, CHUNK_TOKENS);
      }
      if (!table.beginPass(most)) {
        throw CliException.failed(
            "the device has no room for "
                + Messages.grouped(most)
                + " tokens: lower --context-tokens");
      }
      table.settle();
      long layerBytes = 2L * geometry.rowBytes() * context;
      for (int batch : batches) {
        String what = batch + (batch == 1 ? " token" : " tokens");
        rows.add(
            rounds.row(
                "attention, " + what + " behind " + Messages.grouped(context),
                layerBytes * batch,
                () -> layer(attention, table, 0, context, batch)));
      }
      rows.add(step(attention, table, context, layerBytes * LAYERS_OF_STEP));
    } finally {
      table.clear();
      pages.forEach(PooledPage::release);
    }
    return rows;
  }

  private static void layer(
      DeviceAttention attention, DeviceTable table, int layer, int context, int tokens) {
    attention.compute(
        table,
        layer,
        context,
        tokens,
        (queries, keys, values) -> {
          queries.fill((byte) 0);
          keys.fill((byte) 0);
          values.fill((byte) 0);
        },
        result -> {});
  }

  private Row step(DeviceAttention attention, DeviceTable table, int context, long bytes)
      throws CudaException, TierException {
    PageGeometry spilled = pages(LAYERS_OF_STEP);
    PooledPage page = host.allocate(spilled);
    DeviceTable spills = table(spilled);
    try {
      spills.put(0, page, 0);
      Rounds.Work alone =
          () ->
              IntStream.range(0, LAYERS_OF_STEP)
                  .forEach(layer -> layer(attention, table, layer, context, 1));
      Rounds.Work beside =
          () -> {
            spills.settle(); // of the round before
            spills.forget(0);
            spills.beginPass(CHUNK_TOKENS);
            spills.endPass(0, CHUNK_TOKENS);
            spills.spill(CHUNK_TOKENS);
            alone.run();
          };
      String what =
          "decode step behind " + Messages.grouped(context) + ", a page spilled beside it";
      return rounds.row(what, bytes, beside, "without", alone);
    } finally {
      spills.clear();
      page.release();
    }
  }

  @Override
  public void close() throws CudaException {
    stream.close();
    memory.close();
    host.close();
  }
}
