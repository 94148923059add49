/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.terrace.sample.Geometry;
import io.terrace.sample.ProgressListener;
import io.terrace.sample.SampleModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code terrace bench stack}, with an agent that only says what it reused. */
@Timeout(300)
final class StackCommandTest {
  @TempDir private static Path shared = Path.of("");
  private static Path agent = Path.of("");
  private static Path model = Path.of("");

  @TempDir private Path folder = Path.of("");

  @BeforeAll
  static void makeModel() throws IOException {
    agent = StandInAgent.jar(shared);
    model = SampleModels.write(shared.resolve("tiny"), Geometry.tiny(), 7, ProgressListener.NONE);
  }

  private static CommandRun stack(String... options) {
    List<String> arguments = new ArrayList<>(List.of("bench", "stack", "--agent=" + agent));
    arguments.add("--model=" + model);
    arguments.addAll(List.of(options));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  @Test
  void measuresEverySetAtEverySpeedAndWritesTheFigures() throws IOException {
    Path json = folder.resolve("figures.json");
    CommandRun run =
        stack(
            "--prompt-tokens=100",
            "--sets=none,cpu,nfs",
            "--speeds=fast",
            "--rounds=1",
            "--warm-rounds=2",
            "--warm-up-tokens=0",
            "--json=" + json);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("none", "cpu", "nfs", "cold", "warm", "(warm: 2)")
        .doesNotContain("MISSED");
    JsonNode figures = new ObjectMapper().readTree(json.toFile());
    assertThat(figures.get("identical").asBoolean()).isTrue();
    assertThat(figures.get("rows")).hasSize(6);
    for (JsonNode row : figures.get("rows")) {
      assertThat(row.get("speed").asText()).isEqualTo("fast");
      assertThat(row.get("promptTokens").asInt()).isEqualTo(100);
      assertThat(row.get("set").asText()).isIn("none", "cpu", "nfs");
      assertThat(row.get("state").asText()).isIn("cold", "warm");
      assertThat(row.get("ttftMs").asDouble()).isPositive();
      boolean warm = row.get("state").asText().equals("warm");
      assertThat(row.get("ttftMsEach")).hasSize(warm ? 2 : 1);
      assertThat(row.get("aloneMsEach")).hasSize(warm ? 0 : 1);
      assertThat(row.get("reusedTokens").asLong()).as("what the agent says").isEqualTo(299);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--prompt-tokens=63 | --prompt-tokens=63 is out of range: give 64 to 1048576",
        "--prompt-tokens=100,4096 | the model reads 2,046 tokens",
        "--sets=none,s3+cpu | --sets=s3+cpu is no set: give none, cpu, nfs, cpu+nfs, cpu+s3",
        "--speeds=medium | --speeds",
        "--rounds=0 | --rounds=0 is out of range: give at least 1",
        "--warm-rounds=0 | --warm-rounds=0 is out of range: give at least 1",
        "--warm-up-tokens=-1 | --warm-up-tokens=-1 is out of range: give at least 0",
        "--answer-tokens=1 | --answer-tokens=1 is out of range: give at least 2",
      })
  void refusesWhatIsOutOfRange(String option, String message) {
    CommandRun run = stack(option);
    assertThat(run.status()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains(message).doesNotContain("\tat ");
  }

  @Test
  void theHelpSaysWhatIsWarm() {
    assertThat(CommandRun.of("bench", "stack", "--help").out().replaceAll("\\s+", " "))
        .contains("two prompts and a half", "50 MB/s", "--sets", "--speeds");
  }
}
