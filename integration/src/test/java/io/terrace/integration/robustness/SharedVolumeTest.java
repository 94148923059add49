/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.integration.robustness.ChildJvm.Result;
import io.terrace.integration.robustness.program.SystemPrompt;
import io.terrace.sample.Geometry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users in processes of their own, an unmodified Jlama in each, and one volume. */
@Tag("processes")
final class SharedVolumeTest {
  private static final Map<String, String> ALONE = new HashMap<>();

  @TempDir private static Path folder = Path.of("");
  private static Path model = Path.of("");
  private static Home home = new Home(Path.of(""));

  @BeforeAll
  static void install() throws Exception {
    model = Models.write(folder, Geometry.tiny());
    home = Home.in(folder).withLibraries();
    TierJar.installNfsTier(home.tier("nfs"));
    answers(process(newRoot()), "A", 1); // the model's files are digested once
    askAlone();
  }

  private static Path newRoot() throws IOException {
    return Files.createTempDirectory(folder, "volume");
  }

  private static ChildJvm process(Path root) {
    return processOfDefaultChunks(root).property("terrace.chunkTokens", "64");
  }

  private static ChildJvm processOfDefaultChunks(Path root) {
    return ChildJvm.of(SystemPrompt.class)
        .agent(home.agent())
        .properties(
            "terrace.stack",
            "cpu,nfs",
            "terrace.cache.folder",
            folder.resolve("cache").toString(),
            "terrace.tiers.nfs.timeout",
            "60s",
            "terrace.tiers.nfs.root",
            root.toString());
  }

  private static Result answers(ChildJvm process, String user, int tokens) throws Exception {
    Result run = process.run(model, user, tokens);
    assertThat(run.exit()).as("%s", run).isZero();
    assertThat(run.line("failed")).as("%s", run).isEqualTo("0");
    assertThat(run.warnings()).as("%s", run).isEmpty();
    return run;
  }

  /** The answers without reuse, all by one process. */
  private static void askAlone() throws Exception {
    List<String> asked = List.of("A", "4", "B", "4", "A", "60", "B", "60");
    ChildJvm process = ChildJvm.of(SystemPrompt.class).agent(home.agent());
    List<Object> arguments = new ArrayList<>(List.of(model));
    arguments.addAll(asked);
    Result run = process.property("terrace.reuse", "false").run(arguments.toArray());
    assertThat(run.lines("reused")).as("%s", run).containsOnly("0").hasSize(4);
    for (int i = 0; i < asked.size(); i += 2) {
      ALONE.put(asked.get(i) + asked.get(i + 1), run.lines("answer").get(i / 2));
    }
  }

  private static String alone(String user, int tokens) {
    return Objects.requireNonNull(ALONE.get(user + tokens));
  }

  /** A's last chunk stays unfinished, or is filled by a long answer and covers the prompt's end. */
  @ParameterizedTest
  @ValueSource(ints = {4, 60})
  void aSystemPromptOfOneUserIsReusedForAnotherToTheToken(int answerTokens) throws Exception {
    Path root = newRoot();
    Result ofA = answers(process(root), "A", answerTokens);
    assertThat(ofA.line("reused")).as("%s", ofA).isIn("0", "1");
    assertThat(ofA.line("answer")).isEqualTo(alone("A", answerTokens));

    Result ofB = answers(process(root), "B", answerTokens);
    assertThat(ofB.line("reused")).as("%s", ofB).isEqualTo("232");
    assertThat(ofB.line("answer")).isEqualTo(alone("B", answerTokens));
  }

  /** Three whole chunks and the beginning of a fourth. */
  @Test
  void aPromptThatIsSaidToComeFindsItsChunksInMemory() throws Exception {
    Path root = newRoot();
    Result first = answers(process(root), "A", 4);
    assertThat(debugLines(first)).as("log.level is info").isEmpty();

    ChildJvm second = process(root).property("terrace.log.level", "debug");
    Result ahead = answers(second.property(SystemPrompt.AHEAD_PROPERTY, "4"), "A", 4);
    int tokens = Integer.parseInt(ahead.line("prompt"));
    assertThat(ahead.line("ahead")).as("%s", ahead).isEqualTo("4");
    assertThat(ahead.line("loaded")).as("%s", ahead).isEqualTo("0");
    assertThat(ahead.line("staged")).as("%s", ahead).isEqualTo("0");
    assertThat(ahead.line("reused")).as("%s", ahead).isEqualTo(String.valueOf(tokens - 1));
    assertThat(ahead.line("answer")).isEqualTo(alone("A", 4));
    assertThat(debugLines(ahead)).as("%s", ahead).hasSize(2);
    assertThat(debugLines(ahead).getFirst())
        .as("%s", ahead)
        .startsWith("prompt of " + tokens + " tokens, load: 0 from memory, " + (tokens - 1))
        .contains(" from tiers, 0 from other requests, 1 computed; took ");
    assertThat(debugLines(ahead).getLast()).startsWith("pages, in MiB: ");
  }

  private static List<String> debugLines(Result run) {
    return run.said().stream()
        .filter(line -> line.startsWith("DEBUG "))
        .map(line -> line.substring("DEBUG ".length()))
        .toList();
  }

  /** As users have it: three chunks of 256 tokens, and 232 of a fourth. */
  @Test
  void aSystemPromptOfAThousandTokensIsReusedInWholeAtTheDefaultChunkSize() throws Exception {
    Path root = newRoot();
    String tokens = "1000";
    ChildJvm without = ChildJvm.of(SystemPrompt.class).agent(home.agent());
    without.property("terrace.reuse", "false").property(SystemPrompt.TOKENS_PROPERTY, tokens);
    String alone = without.run(model, "B", 4).line("answer");
    answers(processOfDefaultChunks(root).property(SystemPrompt.TOKENS_PROPERTY, tokens), "A", 4);
    Result ofB =
        answers(
            processOfDefaultChunks(root).property(SystemPrompt.TOKENS_PROPERTY, tokens), "B", 4);
    assertThat(ofB.line("reused")).as("%s", ofB).isEqualTo(tokens);
    assertThat(ofB.line("answer")).isEqualTo(alone);
  }

  @Test
  void usersAtOnceAnswerAsAlone() throws Exception {
    Path root = newRoot();
    List<String> users = List.of("A", "B", "A");
    List<Callable<Result>> work =
        users.stream()
            .<Callable<Result>>map(user -> () -> answers(process(root), user, 4))
            .toList();
    try (ExecutorService threads = Executors.newFixedThreadPool(users.size())) {
      List<Future<Result>> runs = threads.invokeAll(work);
      for (int i = 0; i < users.size(); i++) {
        assertThat(runs.get(i).get().line("answer")).isEqualTo(alone(users.get(i), 4));
      }
    }
    // Of A's unfinished chunk and B's, which begin alike, one stays: that of either serves to here.
    Result later = answers(process(root), "B", 4);
    assertThat(Integer.parseInt(later.line("reused"))).isGreaterThanOrEqualTo(232);
    assertThat(later.line("answer")).isEqualTo(alone("B", 4));
  }
}
