/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jmh;

import io.terrace.device.PagePool;
import io.terrace.device.PooledPage;
import io.terrace.engine.PageCopy;
import io.terrace.engine.Session;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does a session take to reuse a prefix that ends within a chunk (one whole chunk adopted,
 * 128 positions copied), beside the copy alone?
 *
 * <pre>java -jar jmh-benchmarks/target/benchmarks.jar PartialMatchBenchmark -prof gc</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 3,
    jvmArgs = {"-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PartialMatchBenchmark {
  private static final int COPIED = 128;
  private static final int SHARED = Geometries.SMOL_LM2.chunkTokens() + COPIED;
  private static final int QUESTION = 20;

  private final EngineFixture fixture = new EngineFixture(Geometries.SMOL_LM2, 512L << 20);
  private final int[] known = Prompts.random(1, SHARED + QUESTION);
  private final int[] wanted = Prompts.branch(known, SHARED, 2, SHARED + QUESTION);
  private final PooledPage source = pool().allocate(Geometries.SMOL_LM2);
  private final PooledPage target = pool().allocate(Geometries.SMOL_LM2);

  @Setup
  public void publish() {
    fixture.publish(known);
    int reused = reuse();
    if (reused != SHARED) {
      throw new IllegalStateException(reused + " tokens were found, not " + SHARED);
    }
  }

  @TearDown
  public void close() {
    source.release();
    target.release();
    fixture.close();
  }

  private PagePool pool() {
    return fixture.engine().pool();
  }

  /** Opens a session, adopts a chunk, copies half of another one, gives both back. */
  @Benchmark
  public int reuse() {
    try (Session session = fixture.open()) {
      session.tell(0, wanted);
      return EngineFixture.reuse(session);
    }
  }

  /** The floor: the same positions, copied between two pages. */
  @Benchmark
  public void copyAlone() {
    PageCopy.positions(source, target, 0, COPIED);
  }
}
