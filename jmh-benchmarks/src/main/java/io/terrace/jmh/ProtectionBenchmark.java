/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jmh;

import io.terrace.codec.Secrets;
import io.terrace.codec.StoredCoding;
import io.terrace.engine.ChunkDecoder;
import io.terrace.engine.ChunkEncoder;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.format.ChunkFault;
import io.terrace.spi.format.ChunkKind;
import io.terrace.spi.format.Encoding;
import io.terrace.spi.format.Protection;
import java.lang.foreign.MemorySegment;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
 * How long does it take to make a stored chunk of a page and a page of a stored chunk, raw: with a
 * checksum, enciphered, or with an authentication code, beside a plain copy of the page?
 *
 * <pre>java -jar jmh-benchmarks/target/benchmarks.jar ProtectionBenchmark -prof gc</pre>
 *
 * <p>The figure to read is {@code gigabytes}: 10^9 bytes of pages a second; with {@code -prof gc},
 * bytes of heap a call.
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
public class ProtectionBenchmark {
  private static final PageGeometry GEOMETRY = Geometries.SMOL_LM2;
  private static final ChunkKey KEY = ChunkKey.of(new byte[ChunkKey.BYTES], 0);
  private static final ChunkDescriptor CHUNK =
      new ChunkDescriptor(KEY, KEY, 0, GEOMETRY.chunkTokens(), GEOMETRY);
  private static final byte[] FINGERPRINT = new byte[ChunkKey.BYTES];

  @Param({"NONE", "AES_256_GCM", "HMAC_SHA_256"})
  public Protection protection = Protection.NONE;

  private final int[] tokens = Prompts.random(1, GEOMETRY.chunkTokens());
  private final KvPages pages = new KvPages(GEOMETRY, 8).fill(1);
  private final KvPages targets = new KvPages(GEOMETRY, 1);
  private final KvPages copies = new KvPages(GEOMETRY, 8);
  private final Secrets secrets = Secrets.parse("benchmark", "0123456789abcdef".repeat(4));
  private ChunkEncoder encoder = coding().encoder();
  private ChunkDecoder decoder = coding().decoder();

  private StoredCoding coding() {
    return new StoredCoding(Encoding.RAW, 0, protection, secrets, InstantSource.system());
  }

  @Setup
  public void storeOne() {
    encoder = coding().encoder();
    decoder = coding().decoder();
    Chunk chunk = encoder.encode(ChunkKind.FULL, CHUNK, FINGERPRINT, tokens, pages.next());
    ChunkFault fault = decoder.accept(chunk.header(), chunk.payload().byteSize());
    if (fault != null) {
      throw new IllegalStateException(fault.toString());
    }
    decoder.target(targets.next().segment()).copyFrom(chunk.payload());
  }

  @TearDown
  public void close() {
    pages.close();
    targets.close();
    copies.close();
  }

  @Benchmark
  public Chunk store(Moved moved) {
    moved.add(GEOMETRY.pageBytes());
    return encoder.encode(ChunkKind.FULL, CHUNK, FINGERPRINT, tokens, pages.next());
  }

  /** The ceiling of what gives a payload of its own; raw, nothing is copied but the header. */
  @Benchmark
  public void copy(Moved moved) {
    moved.add(GEOMETRY.pageBytes());
    MemorySegment page = pages.next().segment();
    MemorySegment.copy(page, 0, copies.next().segment(), 0, page.byteSize());
  }

  /** The payload stays where it is, so that it can be read again and again. */
  @Benchmark
  public @Nullable ChunkFault read(Moved moved) {
    moved.add(GEOMETRY.pageBytes());
    MemorySegment page = targets.next().segment();
    ChunkFault fault = decoder.decode(page);
    if (fault != null) {
      throw new IllegalStateException(fault.toString());
    }
    return fault;
  }
}
