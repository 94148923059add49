/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jmh;

import io.terrace.spi.format.ChecksumKind;
import java.lang.foreign.Arena;
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
 * How fast is a payload checked, beside reading it?
 *
 * <pre>java -jar jmh-benchmarks/target/benchmarks.jar ChecksumBenchmark -prof gc</pre>
 *
 * <p>The figure to read is {@code gigabytes}: 10^9 bytes a second.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
    value = 3,
    jvmArgs = {"-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ChecksumBenchmark {
  /** Length of a payload. */
  @Param({"524288", "11796480"})
  public int bytes = 524288;

  /** Payloads that take turns: one stays in a cache if it fits, 16 large ones do not. */
  @Param({"1", "16"})
  public int payloads = 1;

  private final Arena arena = Arena.ofShared();
  private MemorySegment[] memory = {};
  private int turn;

  @Setup
  public void allocate() {
    memory = new MemorySegment[payloads];
    for (int i = 0; i < payloads; i++) {
      memory[i] = arena.allocate(bytes, 2 << 20).fill((byte) i);
    }
  }

  @TearDown
  public void close() {
    arena.close();
  }

  private MemorySegment next() {
    turn = turn + 1 == memory.length ? 0 : turn + 1;
    return memory[turn];
  }

  @Benchmark
  public long crc32c(Moved moved) {
    moved.add(bytes);
    return ChecksumKind.CRC32C.of(next());
  }

  /** Reading alone. */
  @Benchmark
  public long compare(Moved moved) {
    moved.add(bytes);
    MemorySegment payload = next();
    return payload.asSlice(0, bytes / 2).mismatch(payload.asSlice(bytes / 2));
  }
}
