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
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
  private static final List<Integer> PAGE_LAYERS = List.of(4, 16); // pages of 8 and of 32 MiB
  private static final long WARM_UP_NANOS = 1_000_000_000; // memory is pinned meanwhile

  private final CudaDevice device;
  private final CudaStream stream;
  private final PagePool host;
  private final DeviceMemory memory;
  private final int rounds;
  private final Progress progress;

  /** Something that takes time. */
  private interface Work {
    void run() throws CudaException;
  }

  /**
   * @param device closed with this
   */
  DeviceBench(CudaDevice device, int rounds, Progress progress) throws CudaException {
    this.device = device;
    this.rounds = rounds;
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

  List<Row> measure(List<Integer> copies, List<Integer> contexts, List<Integer> batches)
      throws CudaException {
    List<Row> rows = new ArrayList<>();
    for (int mebibytes : copies) {
      progress.phase("Copies of " + mebibytes + " MiB");
      rows.addAll(copies(mebibytes * MIB));
    }
    for (int layers : PAGE_LAYERS) {
      progress.phase("Pages of " + pages(layers).pageBytes() / MIB + " MiB");
      rows.addAll(pageCopies(pages(layers)));
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
  private List<Row> copies(long bytes) throws CudaException {
    long there = device.allocate(bytes);
    try (Arena arena = Arena.ofShared()) {
      MemorySegment pinned = arena.allocate(bytes, 4096).fill((byte) 1);
      MemorySegment pageable = arena.allocate(bytes, 4096).fill((byte) 1);
      device.pin(pinned);
      Work up = () -> copyUp(there, pinned);
      Work down = () -> copyDown(pinned, there);
      List<Row> rows =
          List.of(
              row("host to device, pinned", bytes, up, "memcpy", () -> pinned.copyFrom(pageable)),
              row("device to host, pinned", bytes, down, "memcpy", () -> pageable.copyFrom(pinned)),
              row("host to device, not pinned", bytes, () -> copyUp(there, pageable), "pinned", up),
              row(
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
  private List<Row> pageCopies(PageGeometry geometry) throws CudaException {
    long bytes = geometry.pageBytes();
    long there = device.allocate(bytes);
    PooledPage page = host.allocate(geometry);
    DeviceTable loads = table(geometry);
    DeviceTable spills = table(geometry);
    try {
      page.segment().fill((byte) 0);
      spills.put(0, page, 0);
      return List.of(
          row(
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
          row(
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
  private List<Row> attention(int context, List<Integer> batches) throws CudaException {
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
            row(
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
      throws CudaException {
    PageGeometry spilled = pages(LAYERS_OF_STEP);
    PooledPage page = host.allocate(spilled);
    DeviceTable spills = table(spilled);
    try {
      spills.put(0, page, 0);
      Work alone =
          () ->
              IntStream.range(0, LAYERS_OF_STEP)
                  .forEach(layer -> layer(attention, table, layer, context, 1));
      Work beside =
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
      return row(what, bytes, beside, "without", alone);
    } finally {
      spills.clear();
      page.release();
    }
  }

  private Row row(String what, long bytes, Work work) throws CudaException {
    warmUp(work);
    List<Double> speeds = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      speeds.add(speed(work, bytes));
    }
    return new Row(what, bytes, Median.of(speeds, speed -> speed), null, null, null);
  }

  private Row row(String what, long bytes, Work work, String ceilingOf, Work ceiling)
      throws CudaException {
    warmUp(
        () -> {
          work.run();
          ceiling.run();
        });
    List<Double> speeds = new ArrayList<>();
    List<Double> ceilings = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      if (i % 2 == 0) {
        speeds.add(speed(work, bytes));
      }
      ceilings.add(speed(ceiling, bytes));
      if (i % 2 == 1) {
        speeds.add(speed(work, bytes));
      }
    }
    List<Double> ratios =
        IntStream.range(0, rounds).mapToObj(i -> speeds.get(i) / ceilings.get(i)).toList();
    return new Row(
        what,
        bytes,
        Median.of(speeds, speed -> speed),
        ceilingOf,
        Median.of(ceilings, speed -> speed),
        Median.of(ratios, ratio -> ratio));
  }

  private static void warmUp(Work work) throws CudaException {
    long begun = System.nanoTime();
    do {
      work.run();
    } while (System.nanoTime() - begun < WARM_UP_NANOS);
  }

  private static double speed(Work work, long bytes) throws CudaException {
    long begun = System.nanoTime();
    work.run();
    return bytes / (double) (System.nanoTime() - begun);
  }

  @Override
  public void close() throws CudaException {
    stream.close();
    memory.close();
    host.close();
  }
}
