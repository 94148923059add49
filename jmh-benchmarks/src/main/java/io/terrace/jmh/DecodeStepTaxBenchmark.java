/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jmh;

import com.github.tjake.jlama.tensor.KvBufferCache;
import io.terrace.sample.Architecture;
import io.terrace.sample.Geometry;
import io.terrace.sample.WeightType;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What does a layer's attention pay for its page table in each decode step, with the plugin and
 * with Jlama alone? It is the four calls that attention makes for a position: key and value to be
 * written, all keys and all values to be read.
 *
 * <pre>java -jar jmh-benchmarks/target/benchmarks.jar DecodeStepTaxBenchmark -prof gc</pre>
 *
 * <p>An unmodified Jlama in both cases, with a sample model of SmolLM2's KV geometry; the plugin
 * comes as in an application, by {@code -javaagent} of {@code
 * runtime-plugin/target/terrace-agent.jar}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecodeStepTaxBenchmark {
  private static final int LAYERS = 30;
  private static final int STEPS = 256; // one chunk, so that a page is crossed now and then
  private static final Geometry MODEL =
      new Geometry(Architecture.LLAMA, LAYERS, 192, 3, 3, 64, 512, 8_192, 0, 0, WeightType.Q4);

  /** A buffer of Jlama's with a prompt behind it. */
  @State(Scope.Thread)
  public abstract static class Buffer {
    /** Positions behind the first decode step. */
    @Param({"1000", "4000"})
    public int positions;

    private final SampleKvBuffer sample = new SampleKvBuffer(MODEL);
    private final KvBufferCache.KvBuffer buffer = sample.buffer();
    private int step;

    protected Buffer(boolean ofThePlugin) {
      if (ofThePlugin != buffer.getClass().getName().startsWith("io.terrace.")) {
        throw new IllegalStateException(
            "the buffer is a "
                + buffer.getClass().getName()
                + ": is the agent's jar in its place?");
      }
    }

    /** Makes the pages of all positions. */
    @Setup
    public void fill() {
      for (int position = 0; position < positions + STEPS; position++) {
        for (int layer = 0; layer < LAYERS; layer++) {
          buffer.getKeyTensorForPosition(layer, position);
          buffer.getValTensorForPosition(layer, position);
        }
      }
    }

    @TearDown
    public void close() throws IOException {
      sample.close();
    }

    void step(Blackhole blackhole) {
      int position = positions + (step++ & (STEPS - 1));
      for (int layer = 0; layer < LAYERS; layer++) {
        blackhole.consume(buffer.getKeyTensorForPosition(layer, position));
        blackhole.consume(buffer.getValTensorForPosition(layer, position));
        blackhole.consume(buffer.getKeyTensorsUptoPosition(layer, position));
        blackhole.consume(buffer.getValTensorsUptoPosition(layer, position));
      }
    }
  }

  /** Jlama's own. */
  public static class JlamaBuffer extends Buffer {
    public JlamaBuffer() {
      super(false);
    }
  }

  /** The plugin's. */
  public static class PluginBuffer extends Buffer {
    public PluginBuffer() {
      super(true);
    }
  }

  @Benchmark
  @OperationsPerInvocation(LAYERS)
  @Fork(
      value = 3,
      jvmArgs = {
        "-Xms512m",
        "-Xmx512m",
        "-XX:+AlwaysPreTouch",
        "--add-modules=jdk.incubator.vector",
        "--enable-native-access=ALL-UNNAMED",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"
      })
  public void jlamaAlone(JlamaBuffer buffer, Blackhole blackhole) {
    buffer.step(blackhole);
  }

  @Benchmark
  @OperationsPerInvocation(LAYERS)
  @Fork(
      value = 3,
      jvmArgs = {
        "-Xms512m",
        "-Xmx512m",
        "-XX:+AlwaysPreTouch",
        "--add-modules=jdk.incubator.vector",
        "--enable-native-access=ALL-UNNAMED",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
        "-Dterrace.pool.bytes=512MiB",
        "-javaagent:runtime-plugin/target/terrace-agent.jar"
      })
  public void plugin(PluginBuffer buffer, Blackhole blackhole) {
    buffer.step(blackhole);
  }
}
