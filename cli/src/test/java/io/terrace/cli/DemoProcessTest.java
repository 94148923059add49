/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.terrace.sample.Geometry;
import io.terrace.sample.ProgressListener;
import io.terrace.sample.SampleModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole command with real JVMs of the measured program, on a tiny model. */
@Timeout(300)
final class DemoProcessTest {
  @TempDir private static Path shared = Path.of("");
  private static Path agent = Path.of("");
  private static Path model = Path.of("");

  @TempDir private Path folder = Path.of("");

  @BeforeAll
  static void makeModel() throws IOException {
    agent = StandInAgent.jar(shared);
    model = SampleModels.write(shared.resolve("tiny"), Geometry.tiny(), 7, ProgressListener.NONE);
  }

  @Test
  void measuresATinyModelAndWritesTheFigures() throws IOException {
    Path json = folder.resolve("figures.json");
    List<Path> before = runFolders();
    Path root = folder.resolve("new").resolve("kv");
    CommandRun run = demo("--prompt-tokens=300", "--json=" + json, "--tier=nfs:" + root);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("model     tiny, Q4 weights", "Jlama 0.8.4", " yes\n", "came from nfs:" + root);
    assertThat(root).as("made, and kept").isDirectory();
    assertThat(runFolders()).as("nothing is left behind").isSubsetOf(before);
    JsonNode figures = new ObjectMapper().readTree(json.toFile());
    assertThat(figures.get("jlama").asText()).isEqualTo("0.8.4");
    assertThat(figures.get("runs")).hasSize(1);
    JsonNode row = figures.get("runs").get(0);
    assertThat(row.get("promptTokens").asInt()).isEqualTo(300);
    assertThat(row.get("reusedTokens").asLong()).isEqualTo(299);
    assertThat(row.get("coldReusedTokens").asLong()).isEqualTo(299);
    assertThat(row.get("identical").asBoolean()).isTrue();
    for (String time : List.of("ttftMsPlain", "ttftMsWarm", "tokenizeMs", "decodeMs")) {
      assertThat(row.get(time).asDouble()).as(time).isPositive();
    }
    JsonNode second = figures.get("secondInstance").get(0);
    assertThat(second.get("promptTokens").asInt()).isEqualTo(300);
    assertThat(second.get("reusedTokens").asLong()).as("what the agent says").isEqualTo(299);
    assertThat(second.get("ttftMsWithout").asDouble())
        .isEqualTo(row.get("ttftMsWithout").asDouble());
    assertThat(second.get("ttftMs").asDouble()).isPositive();
    assertThat(second.get("identical").asBoolean()).isTrue();
  }

  @Test
  void theProgramAnswersTheSameTwiceAndCountsTokens() {
    try (ChildJvms children = children(Operations.AUTO);
        JlamaProgram program = children.start(SetUp.PLAIN, "test")) {
      JlamaProgram.Rendered prompt = program.render(false, "Umlauts: äöü, and \"quotes\"\n");
      JlamaProgram.Answer first = program.answer(prompt, 8);
      JlamaProgram.Answer second = program.answer(prompt, 8);
      assertThat(first.promptTokens()).isEqualTo(prompt.tokens());
      assertThat(first.tokens()).hasSizeBetween(1, 8);
      assertThat(first.stepNanos()).isNotEmpty();
      assertThat(second.sameAnswer(first)).isTrue();
      assertThat(first.reusedTokens()).as("no agent, no figure").isNull();
    }
  }

  @Test
  void panamaOperationsAreTakenWhenAsked() {
    try (ChildJvms children = children(Operations.PANAMA);
        JlamaProgram program = children.start(SetUp.WITHOUT, "test")) {
      assertThat(program.description().operations()).isEqualTo("Panama Vector Operations");
      JlamaProgram.Answer answer = program.answer(program.render(true, "Sand and sea"), 3);
      assertThat(answer.tokens()).isNotEmpty();
      assertThat(answer.reusedTokens()).as("with a configuration of its own").isEqualTo(299);
    }
  }

  @Test
  void aConfigurationInTheWorkingFolderIsNotTaken() {
    try (ChildJvms children = children(Operations.AUTO);
        JlamaProgram program = children.start(SetUp.REUSE, "test")) {
      JlamaProgram.Answer answer = program.answer(program.render(false, "Sand and sea"), 2);
      assertThat(answer.reusedTokens()).as("with a configuration of its own").isEqualTo(299);
    }
  }

  @Test
  void aPromptLongerThanTheContextIsRefusedWithTheLimit() throws IOException {
    List<Path> before = runFolders();
    CommandRun run = demo("--prompt-tokens=256,2048");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("--prompt-tokens=2048 is too long", "give at most 2010");
    assertThat(runFolders()).as("no log of a program that ran well").isSubsetOf(before);
  }

  @Test
  void aModelThatDoesNotLoadIsNamedWithJlamasReason() throws IOException {
    Path broken = Files.createDirectory(folder.resolve("broken"));
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : files.toList()) {
        Files.copy(file, broken.resolve(file.getFileName().toString()));
      }
    }
    Files.writeString(broken.resolve("config.json"), "{\"architectures\":[\"Nothing\"]}");
    CommandRun run = CommandRun.of("demo", "--agent=" + agent, "--model=" + broken);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("cannot be used", broken.toString(), "its log: ");
    assertThat(run.err()).doesNotContain("\tat ");
    new RunFolder(logFolder(run.err())).delete();
  }

  @Test
  void aProgramThatDiesIsReportedWithItsLastLines() throws IOException {
    Path log = folder.resolve("child.log");
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Process process =
        new ProcessBuilder(java.toString(), "-cp", folder.toString(), "NoSuchProgram")
            .redirectError(log.toFile())
            .start();
    assertThatThrownBy(() -> new ChildJvm("a test", process, log))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("(a test) ended with status 1")
        .hasMessageContaining("NoSuchProgram")
        .hasMessageContaining(log.toString());
  }

  private static CommandRun demo(String... options) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("demo", "--agent=" + agent, "--model=" + model));
    arguments.addAll(List.of("--answer-tokens=4", "--checked-questions=1"));
    arguments.addAll(List.of(options));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  private static ChildJvms children(Operations operations) {
    return new ChildJvms(Installation.ofThisProcess(agent), model, operations, null);
  }

  private static Path logFolder(String err) {
    String log = err.substring(err.indexOf("its log: ") + "its log: ".length()).strip();
    Path parent = Path.of(log).getParent();
    return parent == null ? Path.of("") : parent;
  }

  private static List<Path> runFolders() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(f -> f.getFileName().toString().startsWith(RunFolder.prefix())).toList();
    }
  }
}
