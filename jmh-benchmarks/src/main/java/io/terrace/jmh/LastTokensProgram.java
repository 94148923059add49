/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jmh;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.tensor.KvBufferCache;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What does a known prompt cost of which the last 20 tokens are new, beside the batch of 20 tokens
 * at that position that Jlama has to compute in any case? Asks a program with the plugin for the
 * whole prompt and one without for the batch, in turns, every second time in the other order.
 *
 * <pre>
 * java -cp jmh-benchmarks/target/benchmarks.jar io.terrace.jmh.LastTokensProgram \
 *   MODEL_FOLDER 4096 41
 * </pre>
 *
 * <p>The last arguments are how many tokens are known and how many pairs are measured. Aim: a
 * difference of 2 ms at most.
 */
public final class LastTokensProgram {
  private static final int NEW_TOKENS = 20;
  private static final int WARM_UP_PAIRS = 5;

  private LastTokensProgram() {}

  /** Prints one line. */
  public static void main(String[] args) throws IOException, InterruptedException {
    System.out.println(compare(args[0], args[1], Integer.parseInt(args[2])));
  }

  static String compare(String model, String known, int pairs)
      throws IOException, InterruptedException {
    double[] plugin = new double[pairs];
    double[] alone = new double[pairs];
    double[] difference = new double[pairs];
    try (Program with = Program.start(model, known, true);
        Program without = Program.start(model, known, false)) {
      for (int pair = -WARM_UP_PAIRS; pair < pairs; pair++) {
        boolean pluginFirst = pair % 2 == 0;
        double first = (pluginFirst ? with : without).millis();
        double second = (pluginFirst ? without : with).millis();
        if (pair >= 0) {
          plugin[pair] = pluginFirst ? first : second;
          alone[pair] = pluginFirst ? second : first;
          difference[pair] = plugin[pair] - alone[pair];
        }
      }
    }
    return String.format(
        Locale.ROOT,
        "%d new tokens behind %s known ones: %.2f ms, a batch of them in Jlama alone %.2f ms;"
            + " difference %.2f ms (medians of %d pairs, quartiles of the difference %.2f and %.2f)",
        NEW_TOKENS,
        known,
        quantile(plugin, 0.5),
        quantile(alone, 0.5),
        quantile(difference, 0.5),
        pairs,
        quantile(difference, 0.25),
        quantile(difference, 0.75));
  }

  private static double quantile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) (share * (sorted.length - 1))];
  }

  /** {@link Child} in a JVM of its own. */
  private record Program(Process process, Writer requests, BufferedReader replies)
      implements AutoCloseable {
    static Program start(String model, String known, boolean plugin) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("--add-modules=jdk.incubator.vector");
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
      if (plugin) {
        command.add("-javaagent:runtime-plugin/target/terrace-agent.jar");
      }
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
      command.addAll(List.of(model, known, plugin ? "prompt" : "batch"));
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      return new Program(process, process.outputWriter(), process.inputReader());
    }

    /** The time of the next one. */
    double millis() throws IOException {
      requests.write("next\n");
      requests.flush();
      String reply = replies.readLine();
      if (reply == null) {
        throw new IOException("a program ended before its time");
      }
      return Double.parseDouble(reply);
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  /** Computes the known tokens, then for each line of input prints the milliseconds of one go. */
  static final class Child {
    private final AbstractModel model;
    private final KvBufferCache cache;
    private final Random random = new Random(3);
    private final int[] known;
    private final KvBufferCache.KvBuffer own;

    private Child(AbstractModel model, int tokens) {
      this.model = model;
      cache = new KvBufferCache(model);
      known = tokens(tokens);
      own = cache.getKvBuffer(UUID.randomUUID());
      model.batchForward(known, 0, own).close();
    }

    public static void main(String[] args) throws IOException, JMException {
      AbstractModel model = ModelSupport.loadModel(Path.of(args[0]).toFile(), DType.F32, DType.I8);
      boolean plugin = args[2].equals("prompt");
      Child child = new Child(model, Integer.parseInt(args[1]));
      if (plugin) {
        child.own.close(); // which shares its last page, too
      }
      BufferedReader requests =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      while (requests.readLine() != null) {
        long nanos = plugin ? child.prompt() : child.batch();
        System.out.println(nanos / 1e6);
      }
      System.exit(0); // Jlama's threads would keep the JVM alive
    }

    private int[] tokens(int count) {
      return random.ints(count, 4, model.getConfig().vocabularySize).toArray();
    }

    /** The batch, in the session that has the known tokens. */
    private long batch() {
      int[] tokens = tokens(NEW_TOKENS);
      long begun = System.nanoTime();
      model.batchForward(tokens, known.length, own).close();
      return System.nanoTime() - begun;
    }

    /** The whole prompt, in a session of its own. */
    private long prompt() throws JMException {
      int[] tokens = Arrays.copyOf(known, known.length + NEW_TOKENS);
      System.arraycopy(tokens(NEW_TOKENS), 0, tokens, known.length, NEW_TOKENS);
      try (KvBufferCache.KvBuffer buffer = cache.getKvBuffer(UUID.randomUUID())) {
        long begun = System.nanoTime();
        model.batchForward(tokens, 0, buffer).close();
        long nanos = System.nanoTime() - begun;
        Object reused =
            ManagementFactory.getPlatformMBeanServer()
                .getAttribute(new ObjectName("io.terrace:type=Reuse"), "LastReusedTokens");
        if ((long) reused < known.length) {
          throw new IllegalStateException(reused + " tokens were reused of " + known.length);
        }
        return nanos;
      }
    }
  }
}
