/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The short form of the soak, with the agent and the tiers of this build. */
@Timeout(300)
final class SoakIT {
  @TempDir private Path folder = Path.of("");

  @Test
  void everyFaultStrikesAndNothingIsWrongOrLeft() throws IOException {
    Path json = folder.resolve("soak.json");
    CommandRun run =
        CommandRun.of(
            "bench",
            "soak",
            "--minutes=0.6",
            "--seed=7",
            "--cache=" + folder.resolve("cache"),
            "--json=" + json);
    assertThat(run.status()).as("%s%s", run.out(), run.err()).isLessThan(2);
    assertThat(run.out()).contains("seed 7, 8 threads");
    JsonNode figures = new ObjectMapper().readTree(json.toFile());
    JsonNode outcome = figures.get("outcome");
    assertThat(outcome.get("requests").asLong()).isGreaterThan(100);
    assertThat(outcome.get("wrong").asLong()).isZero();
    assertThat(outcome.get("tiers").fieldNames()).toIterable().containsExactly("nfs", "s3");
    assertThat(figures.get("problems"))
        .as("but for what belongs to a busy machine: %s", run.out())
        .allMatch(problem -> mayBe(problem.asText()));
  }

  /** Half a minute on a busy machine: times, and faults that had no chance. */
  private static boolean mayBe(String problem) {
    return problem.contains(" ms")
        || problem.contains("struck 0 times")
        || problem.contains("refused for its tokens");
  }
}
