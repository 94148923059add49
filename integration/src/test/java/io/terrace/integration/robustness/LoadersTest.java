/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.integration.robustness.ChildJvm.Result;
import io.terrace.integration.robustness.program.Chat;
import io.terrace.integration.robustness.program.OwnLibraries;
import io.terrace.integration.robustness.program.TwoCopies;
import io.terrace.integration.robustness.program.Variants;
import io.terrace.sample.Geometry;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where Jlama's classes come from, and where ours must not. */
@Tag("processes")
final class LoadersTest {
  private static String jlama() {
    return ChildJvm.jlama(name -> true).stream()
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Test
  void twoCopiesOfJlamaAtOnceAndOneThatIsDropped(@TempDir Path folder) throws Exception {
    Path model = Models.write(folder, Geometry.tiny());
    List<String> alone = ChildJvm.of(Chat.class).run(model, 2).lines("answer");
    Result run = ChildJvm.of(TwoCopies.class).on(ChildJvm.programs()).agent().run(model, jlama());
    assertThat(run.exit()).as("%s", run).isZero();
    assertThat(run.lines("thrown")).as("%s", run).isEmpty();
    List<String> wanted = new ArrayList<>();
    Collections.addAll(wanted, alone.toArray(String[]::new));
    wanted.addAll(alone);
    wanted.addAll(alone);
    assertThat(run.lines("answer")).as("%s", run).containsExactlyInAnyOrderElementsOf(wanted);
    assertThat(run.warnings()).as("%s", run).isEmpty();
    assertThat(run.lines("failures")).containsOnly("0");
    assertThat(run.lines("reused")).hasSize(3).allMatch(tokens -> Long.parseLong(tokens) > 0);
    assertThat(run.line("collected")).as("%s", run).isEqualTo("true");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny", "experts"})
  void aLoaderThatDoesNotSeeTheAgentRunsAsWithoutAfterOneLine(String name, @TempDir Path folder)
      throws Exception {
    boolean experts = name.equals("experts");
    Path model = Models.write(folder, experts ? Geometry.tinyExperts() : Geometry.tiny());
    String[] arguments = {model.toString(), "platform", jlama(), "one=" + JlamaJar.original()};
    List<Path> programs = ChildJvm.programs();
    Result without = ChildJvm.of(Variants.class).on(programs).run((Object[]) arguments);
    Result with = ChildJvm.of(Variants.class).on(programs).agent().run((Object[]) arguments);
    assertThat(without.lines("answer")).as("%s", without).hasSize(4);
    assertThat(with.lines("answer")).as("%s", with).isEqualTo(without.lines("answer"));
    assertThat(with.said()).as("%s", with).hasSize(1);
    assertThat(with.warnings().getFirst())
        .startsWith("off for this Jlama, which runs as without the plugin: ")
        .contains("a way to the agent's classes", "system class loader");
  }

  /** The agent reads its YAML and weaves its advice with its own versions meanwhile. */
  @Test
  void librariesOfTheApplicationAreItsOwn(@TempDir Path folder) throws Exception {
    Path model = Models.write(folder, Geometry.tiny());
    Path config = folder.resolve("own.yaml");
    Files.writeString(config, "{stack: [cpu], chunkTokens: 32, pool: {bytes: 64MiB}}");
    List<Path> classPath = new ArrayList<>(libraries());
    classPath.addAll(ChildJvm.classPath(name -> !name.startsWith("byte-buddy")));
    Result run =
        ChildJvm.of(OwnLibraries.class)
            .on(classPath)
            .agent()
            .property("terrace.config", config.toString())
            .run(model);
    assertThat(run.exit()).as("%s", run).isZero();
    assertThat(run.lines("library"))
        .hasSize(8)
        .containsOnly(
            "Caffeine caffeine-2.9.3.jar",
            "ByteBuddy byte-buddy-1.12.23.jar",
            "Load snakeyaml-engine-2.3.jar",
            "Yaml snakeyaml-1.30.jar");
    assertThat(run.lines("cached")).containsExactly("value", "value");
    assertThat(run.lines("parsed")).hasSize(4).contains("{by=SnakeYAML Engine}", "{by=SnakeYAML}");
    assertThat(Long.parseLong(run.line("reused"))).isPositive();
    assertThat(run.warnings()).as("%s", run).isEmpty();
  }

  private static List<Path> libraries() throws IOException {
    Path folder = Path.of(requireNonNull(System.getProperty("terrace.test.libraries")));
    try (Stream<Path> jars = Files.list(folder)) {
      return jars.toList();
    }
  }

  @Test
  void theAgentsJarHasNoNamesButItsOwn() throws Exception {
    try (JarFile jar = new JarFile(ChildJvm.agentJar().toFile())) {
      assertThat(jar.stream().filter(entry -> !entry.isDirectory()).map(JarEntry::getName))
          .allMatch(LoadersTest::isOurs);
    }
  }

  private static boolean isOurs(String entry) {
    return entry.startsWith("io/terrace/")
        || entry.equals("com/github/tjake/jlama/tensor/TerraceKvBuffer.class")
        || entry.equals("META-INF/MANIFEST.MF")
        || entry.startsWith("META-INF/LICENSE")
        || entry.startsWith("META-INF/licenses/")
        || entry.startsWith("META-INF/NOTICE")
        || entry.startsWith("META-INF/services/io.terrace.");
  }
}
