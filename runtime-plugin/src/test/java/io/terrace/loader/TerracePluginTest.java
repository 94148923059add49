/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.config.ConfigLoader;
import io.terrace.config.ConfigSources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the plugin says when it starts, each case in a JVM of its own. */
final class TerracePluginTest {
  /** Makes the plugin with the settings in its arguments. */
  static final class Program {
    public static void main(String[] args) {
      Map<String, String> properties = new TreeMap<>();
      for (String setting : args) {
        String[] parts = setting.split("=", 2);
        properties.put("terrace." + parts[0], parts[1]);
      }
      ConfigSources sources =
          new ConfigSources(Map.of(), properties, Path.of(""), 4L << 30, 1L << 30);
      PluginLog log = new PluginLog(System.out);
      new TerracePlugin(ConfigLoader.load(sources).config(), log, Program.class.getClassLoader());
    }
  }

  @Test
  void thatVectorsAreNotUsedWhereLoopsOverKvAreRun() throws Exception {
    assertThat(run(List.of(), "kv.precision=bf16"))
        .containsExactly(
            "[terrace] INFO vectors are not used: start the JVM with --add-modules"
                + " jdk.incubator.vector");
    assertThat(
            run(
                List.of("--add-modules=jdk.incubator.vector"),
                "kv.precision=bf16",
                "kernels.vector=false"))
        .containsExactly("[terrace] INFO vectors are turned off by kernels.vector");
  }

  @Test
  void nothingOfVectorsWhereThereIsNoUseForThem() throws Exception {
    assertThat(run(List.of())).isEmpty();
  }

  private static List<String> run(List<String> flags, String... settings)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Program.class.getName()));
    command.addAll(List.of(settings));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output.lines().filter(line -> line.startsWith("[terrace]")).toList();
  }
}
