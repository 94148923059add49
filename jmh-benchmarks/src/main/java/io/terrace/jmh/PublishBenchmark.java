/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jmh;

import io.terrace.engine.Session;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.KeyChain;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * How long does it take to publish one finished page behind those that are known, beside the key
 * and the copy of its tokens alone?
 *
 * <pre>java -jar jmh-benchmarks/target/benchmarks.jar PublishBenchmark -prof gc</pre>
 *
 * <p>Each call publishes once and is timed alone; the session before it and the eviction after it
 * are not. What {@code -prof gc} shows includes both.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 3,
    jvmArgs = {"-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PublishBenchmark {
  private static final int CHUNK_TOKENS = Geometries.SMALL.chunkTokens();

  /** A session that finished a page and has not published it. */
  @State(Scope.Benchmark)
  public static class Finished {
    /** Chunks before it, known to all. */
    @Param({"0", "16", "64"})
    public int known;

    final EngineFixture fixture = new EngineFixture(Geometries.SMALL, 64L << 20);
    Session session = fixture.open();
    private int[] tokens = {};

    @Setup
    public void publishKnown() {
      tokens = Prompts.random(1, (known + 1) * CHUNK_TOKENS);
      if (known > 0) {
        fixture.publish(Arrays.copyOf(tokens, known * CHUNK_TOKENS));
      }
    }

    @Setup(Level.Invocation)
    public void finishPage() {
      session = fixture.open();
      session.tell(0, tokens);
      int reused = EngineFixture.reuse(session);
      if (reused != known * CHUNK_TOKENS || fixture.engine().chunks() != known) {
        throw new IllegalStateException(reused + " tokens known where " + known + " chunks were");
      }
      EngineFixture.compute(session, reused, tokens.length);
    }

    @TearDown(Level.Invocation)
    public void forget() {
      session.close();
      fixture.evictOne();
    }

    @TearDown
    public void close() {
      fixture.close();
    }
  }

  /** Tokens to be named and kept. */
  @State(Scope.Thread)
  public static class Chunk {
    final KeyChain chain = new KeyChain();
    final ChunkKey parent = chain.root(new byte[ChunkKey.BYTES]);
    final int[] tokens = Prompts.random(1, CHUNK_TOKENS);
  }

  /** Publishes the finished page: key, tier, index. */
  @Benchmark
  public void publish(Finished finished) {
    finished.session.publish();
  }

  /** The floor: what has to be made for a new chunk in any case. */
  @Benchmark
  public void keyAndTokensAlone(Chunk chunk, Blackhole blackhole) {
    blackhole.consume(chunk.chain.next(chunk.parent, chunk.tokens, 0, CHUNK_TOKENS));
    blackhole.consume(Arrays.copyOf(chunk.tokens, CHUNK_TOKENS));
  }
}
