/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.integration.robustness.ChildJvm.Result;
import io.terrace.integration.robustness.program.OwnNatives;
import io.terrace.sample.Geometry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Libraries with native code beside the agent's jar, and others of the same name in front. */
@Tag("processes")
final class NativeLibrariesTest {
  @TempDir private static Path folder = Path.of("");
  private static Path model = Path.of("");
  private static Compiled tier = new Compiled(Path.of(""));

  @BeforeAll
  static void prepare() throws Exception {
    model = Models.write(folder, Geometry.tiny());
    tier = TierJar.outside(folder, "outside");
  }

  private static Home home(boolean libraries) throws IOException {
    Home home = Home.in(folder);
    tier.jar(home.tier("outside").resolve("tier.jar"));
    return libraries ? home.withLibraries() : home;
  }

  private static List<Path> jars(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static Result run(Home home, String codec) throws Exception {
    Path own = Path.of(requireNonNull(System.getProperty("terrace.test.nativeLibraries")));
    List<Path> classPath = new ArrayList<>(jars(own));
    assertThat(classPath).hasSize(2);
    classPath.addAll(ChildJvm.classPath(name -> true));
    Result run =
        ChildJvm.of(OwnNatives.class)
            .on(classPath)
            .agent(home.agent())
            .properties("terrace.chunkTokens", "32", "terrace.stack", "outside")
            .properties("terrace.tiers.outside.pages", "false")
            .properties("terrace.tiers.outside.codec", codec)
            .run(model, 2);
    assertThat(run.exit()).as("%s", run).isZero();
    assertThat(run.lines("zstd")).as("%s", run).hasSize(2).containsOnly("1.5.5-11 round trip");
    assertThat(run.lines("lz4"))
        .as("%s", run)
        .hasSize(2)
        .containsOnly("LZ4Factory:JNI lz4-java-1.8.0.jar");
    return run;
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "lz4"})
  void eachSideUsesItsOwnVersion(String codec) throws Exception {
    Result run = run(home(true), codec);
    assertThat(run.warnings()).as("%s", run).isEmpty();
    assertThat(run.line("failures")).as("%s", run).isEqualTo("0");
    assertThat(Long.parseLong(run.line("reused"))).as("%s", run).isPositive();
    assertThat(run.line("served")).as("%s", run).matches("outside [1-9]\\d*");
  }

  @Test
  void withoutTheFolderTheApplicationsVersionIsNotUsedInstead() throws Exception {
    Result run = run(home(false), "zstd");
    assertThat(run.said()).as("%s", run).hasSize(1);
    assertThat(run.warnings().getFirst())
        .startsWith("off, the application runs without it: ")
        .contains("zstd needs lib/zstd-jni-", "terrace-agent.jar");
  }
}
