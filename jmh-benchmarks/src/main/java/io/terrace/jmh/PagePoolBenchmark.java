/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jmh;

import io.terrace.device.PagePool;
import io.terrace.device.PooledPage;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
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
 * How long does it take to get a page from a warm pool and give it back, and is anything allocated,
 * beside fresh native memory of an arena?
 *
 * <pre>java -jar jmh-benchmarks/target/benchmarks.jar PagePoolBenchmark -prof gc</pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 3,
    jvmArgs = {"-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PagePoolBenchmark {
  private static final int PAGES_PER_SLAB = 5; // of 11.25 MiB in 64 MiB

  /** A pool with one page left in its last slab; memory is mapped and never touched. */
  @State(Scope.Benchmark)
  public static class Pool {
    /** Slabs of 64 MiB: 200 are 12.5 GiB. */
    @Param({"1", "200"})
    public int slabs;

    private final List<PooledPage> held = new ArrayList<>();
    final PagePool pool = new PagePool(1L << 40, false);

    @Setup
    public void fill() {
      for (int i = 0; i < slabs * PAGES_PER_SLAB - 1; i++) {
        held.add(pool.allocate(Geometries.SMOL_LM2));
      }
    }

    @TearDown
    public void close() {
      held.forEach(PooledPage::release);
      held.clear();
      pool.close();
    }
  }

  /** A page handed out and given back. */
  @Benchmark
  public PooledPage allocateAndRelease(Pool pool) {
    PooledPage page = pool.pool.allocate(Geometries.SMOL_LM2);
    page.release();
    return page;
  }

  /** What the pool saves: native memory of the same size, made and given back. */
  @Benchmark
  public long arenaAlone() {
    try (Arena arena = Arena.ofConfined()) {
      return arena.allocate(Geometries.SMOL_LM2.pageBytes(), 4096).address();
    }
  }
}
