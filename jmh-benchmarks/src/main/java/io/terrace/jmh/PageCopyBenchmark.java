/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jmh;

import io.terrace.device.PagePool;
import io.terrace.device.PooledPage;
import io.terrace.engine.PageCopy;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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
 * How fast are positions copied from page to page (60 pieces for SmolLM2's 30 layers), beside plain
 * copies of as many bytes?
 *
 * <pre>java -jar jmh-benchmarks/target/benchmarks.jar PageCopyBenchmark -prof gc</pre>
 *
 * <p>The figure to read is {@code gigabytes}: 10^9 bytes a second. Pages take turns, so that what
 * is copied does not stay in a cache of less than 180 MiB.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
    value = 3,
    jvmArgs = {"-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PageCopyBenchmark {
  private static final int PAGES = 16;

  /** Positions copied, from the page's first on. */
  @Param({"1", "128", "255", "256"})
  public int positions;

  private final PagePool pool = new PagePool(512L << 20, false);
  private final List<PooledPage> pages = new ArrayList<>();
  private int turn;

  /** Bytes copied in all. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Copied {
    /** In units of 10^9. */
    public double gigabytes;
  }

  @Setup
  public void touchPages() {
    for (int i = 0; i < PAGES; i++) {
      PooledPage page = pool.allocate(Geometries.SMOL_LM2);
      page.segment().fill((byte) 1);
      pages.add(page);
    }
  }

  @TearDown
  public void close() {
    pages.forEach(PooledPage::release);
    pages.clear();
    pool.close();
  }

  private PooledPage next() {
    turn = (turn + 1) % PAGES;
    return pages.get(turn);
  }

  private long bytes() {
    return (long) positions * Geometries.SMOL_LM2.tokenBytes();
  }

  /** The positions of all layers. */
  @Benchmark
  public void copyPositions(Copied copied) {
    PageCopy.positions(next(), next(), 0, positions);
    copied.gigabytes += bytes() / 1e9;
  }

  /** The ceiling for pieces of that size: as many of them, side by side. */
  @Benchmark
  public void copyPiecesSideBySide(Copied copied) {
    MemorySegment source = next().segment();
    MemorySegment target = next().segment();
    long pieces = 2L * Geometries.SMOL_LM2.layers();
    long piece = bytes() / pieces;
    for (long i = 0; i < pieces; i++) {
      MemorySegment.copy(source, i * piece, target, i * piece, piece);
    }
    copied.gigabytes += bytes() / 1e9;
  }

  /**
   * The ceiling: as many bytes in one piece. From 2.5 MiB on HotSpot writes past the caches, which
   * moves two thirds of the bytes; no piece of one layer is that large.
   */
  @Benchmark
  public void copyOnePiece(Copied copied) {
    MemorySegment.copy(next().segment(), 0, next().segment(), 0, bytes());
    copied.gigabytes += bytes() / 1e9;
  }
}
