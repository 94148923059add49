/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jmh;

import io.terrace.codec.Codec;
import io.terrace.codec.CodecException;
import io.terrace.codec.Codecs;
import io.terrace.spi.format.Encoding;
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
 * How fast is a page made smaller, and large again, beside a plain copy of it?
 *
 * <pre>java -jar jmh-benchmarks/target/benchmarks.jar CodecBenchmark -prof gc</pre>
 *
 * <p>The figure to read is {@code gigabytes}: 10^9 bytes of pages a second. Numbers are random,
 * each channel of a magnitude of its own: how small real KV gets, KvTable tells.
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
public class CodecBenchmark {
  private static final int ELEMENT_BYTES = Geometries.SMOL_LM2.dataType().bytes();
  private static final long BYTES = Geometries.SMOL_LM2.pageBytes();

  /** Encodings, each with its level. */
  public enum Choice {
    ZSTD_1(Encoding.ZSTD, 1),
    ZSTD_3(Encoding.ZSTD, 3),
    LZ4(Encoding.LZ4, 0);

    private final Encoding encoding;
    private final int level;

    Choice(Encoding encoding, int level) {
      this.encoding = encoding;
      this.level = level;
    }
  }

  @Param({"ZSTD_1", "ZSTD_3", "LZ4"})
  public Choice choice = Choice.ZSTD_1;

  private final MemorySegment target = Arena.global().allocate(BYTES, 4096);
  private final KvPages pages = new KvPages(Geometries.SMOL_LM2, 8).fill(1);
  private final KvPages targets = new KvPages(Geometries.SMOL_LM2, 8);
  private MemorySegment stored = MemorySegment.NULL;
  private Codec codec = Codecs.open(Encoding.RAW, 0);

  @Setup
  public void encodeOne() {
    codec = Codecs.open(choice.encoding, choice.level);
    MemorySegment memory = Arena.global().allocate(BYTES, 4096);
    long bytes = codec.encode(pages.next().segment(), ELEMENT_BYTES, memory);
    if (bytes < 0) {
      throw new IllegalStateException(choice + " does not make such pages smaller");
    }
    stored = memory.asSlice(0, bytes);
    System.out.printf("%n%s: ratio %.3f%n", choice, (double) BYTES / bytes);
  }

  @TearDown
  public void close() {
    codec.close();
    pages.close();
    targets.close();
  }

  @Benchmark
  public long encode(Moved moved) {
    moved.add(BYTES);
    return codec.encode(pages.next().segment(), ELEMENT_BYTES, target);
  }

  @Benchmark
  public void decode(Moved moved) throws CodecException {
    moved.add(BYTES);
    codec.decode(stored, ELEMENT_BYTES, targets.next().segment());
  }

  /** The ceiling. */
  @Benchmark
  public void copy(Moved moved) {
    moved.add(BYTES);
    MemorySegment.copy(pages.next().segment(), 0, targets.next().segment(), 0, BYTES);
  }
}
