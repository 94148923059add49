/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jmh;

import io.terrace.engine.Session;
import java.util.Arrays;
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
 * How long does a session take to find and adopt the known chunks of a prompt, and how long to find
 * that there are none, beside other chunks in the index?
 *
 * <pre>java -jar jmh-benchmarks/target/benchmarks.jar LookupBenchmark -prof gc</pre>
 *
 * <p>A page's size does not matter here, since nothing of it is touched: pages are small.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 3,
    jvmArgs = {"-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LookupBenchmark {
  private static final int CHUNK_TOKENS = Geometries.SMALL.chunkTokens();
  private static final int COMMON_BEGINNING = 64;
  private static final int MISSED_CHUNKS = 16;

  /** A prompt of whole chunks and one token, which has to be computed. */
  @State(Scope.Benchmark)
  public static class Prompt {
    /** Whole chunks of the prompt. */
    @Param({"1", "16", "64"})
    public int chunks;

    int[] tokens = {};
    int[] known = {};
    int[] copy = {};

    @Setup
    public void make() {
      tokens = Prompts.random(1, chunks * CHUNK_TOKENS + 1);
      known = tokens.clone();
      copy = new int[tokens.length];
    }
  }

  /** An index with first chunks that begin as the prompt does: one system prompt, many users. */
  @State(Scope.Benchmark)
  public static class Index {
    /** Chunks that no prompt here asks for. */
    @Param({"10", "10000"})
    public int others;

    final EngineFixture fixture = new EngineFixture(Geometries.SMALL, 256L << 20);
    final int[] unknown = Prompts.random(1, MISSED_CHUNKS * CHUNK_TOKENS + 1);

    @Setup
    public void fill() {
      int[] first = Prompts.random(1, CHUNK_TOKENS);
      for (int i = 0; i < others; i++) {
        fixture.publish(Prompts.branch(first, COMMON_BEGINNING, 100 + i, CHUNK_TOKENS));
      }
      unknown[0] = Prompts.UNUSED_ID;
    }

    @TearDown
    public void close() {
      fixture.close();
    }

    int reuse(int[] prompt) {
      try (Session session = fixture.open()) {
        session.tell(0, prompt);
        return EngineFixture.reuse(session);
      }
    }
  }

  /** The prompt's chunks are in the index as well. */
  @State(Scope.Benchmark)
  public static class Known {
    @Setup
    public void publish(Index index, Prompt prompt) {
      index.fixture.publish(prompt.tokens);
      int reused = index.reuse(prompt.tokens);
      if (reused != prompt.tokens.length - 1) {
        throw new IllegalStateException("only " + reused + " tokens were found");
      }
    }
  }

  /** Opens a session, finds and adopts all whole chunks of the prompt, gives them back. */
  @Benchmark
  public int adopt(Index index, Prompt prompt, Known known) {
    return index.reuse(prompt.tokens);
  }

  /** The same for a prompt of 16 chunks that has nothing in common with any in the index. */
  @Benchmark
  public int miss(Index index) {
    return index.reuse(index.unknown);
  }

  /** The floor: the prompt copied once, and compared once to tokens that are known. */
  @Benchmark
  public boolean copyAndCompareAlone(Prompt prompt) {
    System.arraycopy(prompt.tokens, 0, prompt.copy, 0, prompt.tokens.length);
    return Arrays.equals(prompt.copy, prompt.known);
  }
}
