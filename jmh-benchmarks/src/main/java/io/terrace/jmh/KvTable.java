/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jmh;

import io.terrace.codec.Codec;
import io.terrace.codec.Codecs;
import io.terrace.codec.PagePrecision;
import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.format.Encoding;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * How small does real KV get, and what is lost in fewer bits? Computes the KV of a text and prints
 * tables.
 *
 * <pre>
 * java --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
 *   -Djlama.force_panama_tensor_operations=true -cp jmh-benchmarks/target/benchmarks.jar \
 *   io.terrace.jmh.KvTable MODEL_FOLDER README.md 4
 * </pre>
 *
 * <p>The last argument is how many pages of 256 tokens.
 */
public final class KvTable {
  private static final DataType[] NARROW = {DataType.BF16, DataType.F16, DataType.Q8};

  private final RealKv kv;

  private KvTable(RealKv kv) {
    this.kv = kv;
  }

  /** Prints the tables. */
  public static void main(String[] args) throws IOException {
    Path model = Path.of(args[0]);
    KvTable table =
        new KvTable(
            RealKv.compute(model, Files.readString(Path.of(args[1])), Integer.parseInt(args[2])));
    System.out.println(
        model.getFileName() + ", " + args[2] + " pages of " + table.kv.geometry().pageBytes());
    table.printRatios(DataType.F32);
    for (DataType type : NARROW) {
      table.printRatios(type);
    }
    for (DataType type : NARROW) {
      table.printErrors(type);
    }
  }

  /** Raw bytes / stored bytes, over all pages. */
  private void printRatios(DataType type) {
    for (int level : new int[] {1, 3, 9}) {
      printRatio(type, Encoding.ZSTD, level);
    }
    printRatio(type, Encoding.LZ4, 0);
  }

  private void printRatio(DataType type, Encoding encoding, int level) {
    long raw = 0;
    long stored = 0;
    try (Codec codec = Codecs.open(encoding, level)) {
      for (MemorySegment exact : kv.pages()) {
        MemorySegment page = narrowed(exact, type);
        MemorySegment target = Arena.ofAuto().allocate(page.byteSize());
        long bytes = codec.encode(page, type.bytes(), target);
        raw += page.byteSize();
        stored += bytes < 0 ? page.byteSize() : bytes;
      }
    }
    System.out.printf("%s %s %d: ratio %.3f%n", type, encoding, level, (double) raw / stored);
  }

  private MemorySegment narrowed(MemorySegment exact, DataType type) {
    if (type == DataType.F32) {
      return exact;
    }
    PagePrecision precision = new PagePrecision(kv.geometry(), type);
    MemorySegment page = Arena.ofAuto().allocate(precision.kept().pageBytes(), 4096);
    precision.narrow(kv.geometry().chunkTokens(), exact, page);
    return page;
  }

  /** Each layer: largest error, and the error's root mean square over that of the numbers. */
  private void printErrors(DataType type) {
    int layers = kv.geometry().layers();
    double[] relative = new double[2 * layers];
    double[] most = new double[2 * layers];
    for (int plane = 0; plane < 2 * layers; plane++) {
      measure(type, plane, relative, most);
    }
    System.out.printf("%s: layer, keys: rms, most; values: rms, most%n", type);
    for (int layer = 0; layer < layers; layer++) {
      int k = 2 * layer;
      System.out.printf(
          "%2d  %.2e %.2e  %.2e %.2e%n", layer, relative[k], most[k], relative[k + 1], most[k + 1]);
    }
    Arrays.sort(relative);
    Arrays.sort(most);
    System.out.printf(
        "%s all planes: rms %.2e to %.2e, median %.2e; most %.2e%n",
        type, relative[0], relative[2 * layers - 1], relative[layers], most[2 * layers - 1]);
  }

  private void measure(DataType type, int plane, double[] relative, double[] most) {
    PageGeometry geometry = kv.geometry();
    PagePrecision precision = new PagePrecision(geometry, type);
    double squares = 0;
    double errors = 0;
    for (MemorySegment exact : kv.pages()) {
      MemorySegment back = Arena.ofAuto().allocate(geometry.pageBytes());
      precision.widen(geometry.chunkTokens(), narrowed(exact, type), back);
      long end = (plane + 1L) * geometry.planeBytes();
      for (long at = (long) plane * geometry.planeBytes(); at < end; at += Float.BYTES) {
        double value = exact.get(ValueLayout.JAVA_FLOAT, at);
        double error = back.get(ValueLayout.JAVA_FLOAT, at) - value;
        squares += value * value;
        errors += error * error;
        most[plane] = Math.max(most[plane], Math.abs(error));
      }
    }
    relative[plane] = Math.sqrt(errors / squares);
  }
}
