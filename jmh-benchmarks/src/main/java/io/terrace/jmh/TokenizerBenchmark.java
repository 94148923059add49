/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jmh;

import com.github.tjake.jlama.model.llama.LlamaTokenizer;
import com.github.tjake.jlama.safetensors.tokenizer.BPETokenizer;
import io.terrace.sample.Geometry;
import io.terrace.sample.ProgressListener;
import io.terrace.sample.SampleModels;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.ObjectName;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does a token cost of a text that was seen before, and what does a word of 4,000 letters that
 * was not, with the plugin and with Jlama alone?
 *
 * <pre>
 * java -jar jmh-benchmarks/target/benchmarks.jar TokenizerBenchmark -p model=FOLDER
 * </pre>
 *
 * <p>The tokenizer is that of a model's folder, in {@code sample} that of a sample model of few
 * merges. An unmodified Jlama in both cases; the plugin comes by {@code -javaagent}, as in {@link
 * DecodeStepTaxBenchmark}. {@code seenText} is the time of a token of the first 1,000 of {@code
 * LICENSE}, {@code newWord} that of a word.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
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
public class TokenizerBenchmark {
  private static final int TOKENS = 1_000;
  private static final Path SAMPLES = Path.of("jmh-benchmarks", "target", "sample-models");

  /** A tokenizer, as an application has it. */
  @State(Scope.Thread)
  public abstract static class Text {
    /** Folder of a model. */
    @Param("sample")
    public String model = "";

    @SuppressWarnings("NullAway.Init") // in its setup
    private BPETokenizer tokenizer;

    private String text = "";
    private final boolean ofThePlugin;

    protected Text(boolean ofThePlugin) {
      this.ofThePlugin = ofThePlugin;
    }

    /** Reads the tokenizer, and lets it see the text once. */
    @Setup
    public void read() throws IOException, InterruptedException, JMException {
      Path folder =
          model.equals("sample")
              ? SampleModels.cached(SAMPLES, Geometry.tiny(), 7, ProgressListener.NONE)
              : Path.of(model);
      tokenizer = new LlamaTokenizer(folder);
      tokenizer.encode("begin");
      requirePlugin();
      awaitTables();
      text = ofTokens(Files.readString(Path.of("LICENSE")));
      tokenizer.encode(text);
    }

    private void requirePlugin() throws JMException {
      ObjectName figures = new ObjectName("io.terrace:type=Reuse");
      if (ofThePlugin != ManagementFactory.getPlatformMBeanServer().isRegistered(figures)) {
        throw new IllegalStateException(
            ofThePlugin ? "no plugin: is the agent's jar in its place?" : "the plugin is there");
      }
    }

    /** The plugin makes its tables in the background; until then Jlama encodes. */
    private static void awaitTables() throws InterruptedException {
      for (Thread thread : Thread.getAllStackTraces().keySet()) {
        if (thread.getName().equals("terrace-tokenizer")) {
          thread.join();
        }
      }
    }

    long[] encodeText() {
      return tokenizer.encode(text);
    }

    long[] encode(Word word) {
      return tokenizer.encode(word.word);
    }

    /** The shortest beginning of so many tokens. */
    private String ofTokens(String whole) {
      int enough = whole.length();
      int few = 0;
      while (few + 1 < enough) {
        int middle = (few + enough) / 2;
        if (tokenizer.encode(whole.substring(0, middle)).length < TOKENS) {
          few = middle;
        } else {
          enough = middle;
        }
      }
      return whole.substring(0, enough);
    }
  }

  /** A word that no call had before. */
  @State(Scope.Thread)
  public static class Word {
    /** Letters. */
    @Param("4000")
    public int letters;

    private final Random random = new Random(5);
    private String word = "";

    /** Makes the next one. */
    @Setup(Level.Invocation)
    public void next() {
      StringBuilder text = new StringBuilder(letters);
      random.ints(letters, 'a', 'z' + 1).forEach(letter -> text.append((char) letter));
      word = text.toString();
    }
  }

  /** A text with the plugin. */
  public static class PluginText extends Text {
    public PluginText() {
      super(true);
    }
  }

  /** A text without. */
  public static class JlamaText extends Text {
    public JlamaText() {
      super(false);
    }
  }

  @Benchmark
  @OperationsPerInvocation(TOKENS)
  public long[] seenTextJlamaAlone(JlamaText text) {
    return text.encodeText();
  }

  @Benchmark
  @OperationsPerInvocation(TOKENS)
  @Fork(
      value = 3,
      jvmArgs = {
        "-Xms512m",
        "-Xmx512m",
        "-XX:+AlwaysPreTouch",
        "--add-modules=jdk.incubator.vector",
        "--enable-native-access=ALL-UNNAMED",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
        "-javaagent:runtime-plugin/target/terrace-agent.jar"
      })
  public long[] seenText(PluginText text) {
    return text.encodeText();
  }

  @Benchmark
  public long[] newWordJlamaAlone(JlamaText text, Word word) {
    return text.encode(word);
  }

  @Benchmark
  @Fork(
      value = 3,
      jvmArgs = {
        "-Xms512m",
        "-Xmx512m",
        "-XX:+AlwaysPreTouch",
        "--add-modules=jdk.incubator.vector",
        "--enable-native-access=ALL-UNNAMED",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
        "-javaagent:runtime-plugin/target/terrace-agent.jar"
      })
  public long[] newWord(PluginText text, Word word) {
    return text.encode(word);
  }
}
