/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.integration.robustness.ChildJvm.Result;
import io.terrace.integration.robustness.program.Chat;
import io.terrace.sample.Geometry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mistake in the configuration is told in one line, and the application runs without. */
@Tag("processes")
final class ConfigurationTest {
  private static Path model;
  private static List<String> answers;

  @BeforeAll
  static void answersWithoutTheAgent(@TempDir Path folder) throws Exception {
    model = Models.write(folder, Geometry.tiny());
    answers = ChildJvm.of(Chat.class).run(model, 1).lines("answer");
    assertThat(answers).hasSize(2);
  }

  private static Result runsWithout(ChildJvm jvm) throws Exception {
    Result run = jvm.agent().run(model, 1);
    assertThat(run.exit()).as("%s", run).isZero();
    assertThat(run.lines("answer")).isEqualTo(answers);
    assertThat(run.line("reused")).as("%s", run).isEqualTo("-1"); // no figures
    assertThat(run.said()).as("%s", run).hasSize(1);
    return run;
  }

  @Test
  void anUnknownKey() throws Exception {
    assertThat(runsWithout(ChildJvm.of(Chat.class).property("terrace.poool.bytes", "1GiB")).said())
        .first()
        .asString()
        .startsWith("WARN off, the application runs without it: ")
        .contains("terrace.poool.bytes", "did you mean 'pool.bytes'?");
  }

  @Test
  void aValueThatIsNotAllowed() throws Exception {
    assertThat(runsWithout(ChildJvm.of(Chat.class).property("terrace.pool.bytes", "lots")).said())
        .first()
        .asString()
        .startsWith("WARN off, the application runs without it: ")
        .contains("terrace.pool.bytes", "'lots'", "4MiB");
  }

  @Test
  void aFileThatIsNotThere() throws Exception {
    assertThat(runsWithout(ChildJvm.of(Chat.class).property("terrace.config", "/no/t.yaml")).said())
        .first()
        .asString()
        .contains("system property terrace.config names '/no/t.yaml': no such file");
  }

  @Test
  void aMistakeInTheFile(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("t.yaml"), "reuse: true\nchunkTokens: 100\n");
    assertThat(
            runsWithout(ChildJvm.of(Chat.class).property("terrace.config", file.toString())).said())
        .first()
        .asString()
        .contains("t.yaml:2", "chunkTokens", "100", "32, 64, 128, 256");
  }

  @Test
  void aTierThatIsNotInstalled() throws Exception {
    assertThat(runsWithout(ChildJvm.of(Chat.class).property("terrace.stack", "gpu")).said())
        .first()
        .asString()
        .contains(
            "system property terrace.stack: 'stack' is 'gpu', wanted tiers that are installed,"
                + " and 'gpu' is not: there are [cpu]");
  }

  @Test
  void aSettingOfTheTierThatIsNotAllowed() throws Exception {
    assertThat(
            runsWithout(ChildJvm.of(Chat.class).property("terrace.tiers.cpu.capacity", "x")).said())
        .first()
        .asString()
        .contains("terrace.tiers.cpu.capacity", "'x'");
  }

  @Test
  void aTierInMemoryThatDoesNotComeFirst() throws Exception {
    ChildJvm jvm =
        ChildJvm.of(Chat.class)
            .properties("terrace.stack", "cpu,other", "terrace.tiers.other.type", "cpu");
    assertThat(runsWithout(jvm).said())
        .containsExactly(
            "WARN off, the application runs without it: system property terrace.stack: 'stack' is"
                + " 'cpu, other', wanted 'other' at its beginning, since it keeps pages");
  }

  @Test
  void whatATierInMemoryDoesNotDo() throws Exception {
    ChildJvm jvm = ChildJvm.of(Chat.class).property("terrace.tiers.cpu.admission", "second-use");
    assertThat(runsWithout(jvm).said())
        .containsExactly(
            "WARN off, the application runs without it: system property"
                + " terrace.tiers.cpu.admission: 'tiers.cpu.admission' is 'second-use', wanted"
                + " what a tier in memory takes: all");
  }

  @Test
  void disabledByConfiguration() throws Exception {
    assertThat(runsWithout(ChildJvm.of(Chat.class).property("terrace.enabled", "false")).said())
        .containsExactly("INFO off, because terrace.enabled is false");
  }

  @Test
  void argumentsOfTheAgentAreIgnoredWithALine() throws Exception {
    ChildJvm jvm = ChildJvm.of(Chat.class).flag("-javaagent:" + ChildJvm.agentJar() + "=x=1");
    Result run = jvm.run(model, 1);
    assertThat(run.warnings()).as("%s", run).hasSize(1);
    assertThat(run.warnings().getFirst()).contains("'x=1'", "terrace.yaml");
    assertThat(Long.parseLong(run.line("reused"))).isPositive();
  }
}
