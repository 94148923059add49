/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jmh;

import io.terrace.codec.PagePrecision;
import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How fast do pages become pages of fewer bits, and back, beside copies that read and write as many
 * bytes in all?
 *
 * <pre>java -jar jmh-benchmarks/target/benchmarks.jar PrecisionBenchmark -prof gc</pre>
 *
 * <p>The figure to read is {@code gigabytes}: 10^9 bytes a second, read and written taken together.
 * With one page everything stays in the cache of a core; with 16 it comes from memory. Add {@code
 * -jvmArgsAppend -Dterrace.kernels.vector=false} for the kernels without vectors.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
    value = 3,
    jvmArgs = {
      "-Xms256m",
      "-Xmx256m",
      "-XX:+AlwaysPreTouch",
      "--add-modules=jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED"
    })
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PrecisionBenchmark {
  @Param({"BF16", "F16", "Q8"})
  public DataType type = DataType.BF16;

  /** Pages that take turns: one of two planes, or 16 of SmolLM2's geometry. */
  @Param({"1", "16"})
  public int pages = 1;

  private PageGeometry geometry = Geometries.SMOL_LM2;
  private KvPages exact = new KvPages(Geometries.SMALL, 1);
  private KvPages narrow = exact;
  private KvPages target = exact;
  private PagePrecision precision = new PagePrecision(geometry, type);
  private long moved;

  @Setup
  public void makePages() {
    exact.close();
    geometry = pages == 1 ? Geometries.ONE_LAYER : Geometries.SMOL_LM2;
    precision = new PagePrecision(geometry, type);
    exact = new KvPages(geometry, pages).fill(1);
    narrow = new KvPages(precision.kept(), pages);
    target = new KvPages(geometry, pages);
    for (int i = 0; i < pages; i++) {
      precision.narrow(geometry.chunkTokens(), exact.next().segment(), narrow.next().segment());
    }
    moved = (long) geometry.pageBytes() + precision.kept().pageBytes();
  }

  @TearDown
  public void close() {
    exact.close();
    narrow.close();
    target.close();
  }

  @Benchmark
  public void narrow(Moved counter) {
    precision.narrow(geometry.chunkTokens(), exact.next().segment(), narrow.next().segment());
    counter.add(moved);
  }

  @Benchmark
  public void widen(Moved counter) {
    precision.widen(geometry.chunkTokens(), narrow.next().segment(), target.next().segment());
    counter.add(moved);
  }

  /** Plane by plane, as conversion goes: with ordinary writes. */
  @Benchmark
  public void copyPlanes(Moved counter) {
    MemorySegment from = exact.next().segment();
    MemorySegment to = target.next().segment();
    long plane = geometry.planeBytes();
    for (long at = 0; at < from.byteSize(); at += plane) {
      MemorySegment.copy(from, at, to, at, plane);
    }
    counter.add(2 * from.byteSize());
  }

  /** In one piece: from 2.5 MiB on HotSpot writes past the caches, which no other code can. */
  @Benchmark
  public void copyPage(Moved counter) {
    MemorySegment from = exact.next().segment();
    MemorySegment.copy(from, 0, target.next().segment(), 0, from.byteSize());
    counter.add(2 * from.byteSize());
  }
}
