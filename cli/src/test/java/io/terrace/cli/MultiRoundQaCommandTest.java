/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.terrace.cli.qa.StandInServer;
import io.terrace.cli.qa.StandInServer.Trouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class MultiRoundQaCommandTest {
  @TempDir private Path folder = Path.of("");

  private CommandRun qa(String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "bench",
                "multi-round-qa",
                "--num-users=2",
                "--num-rounds=3",
                "--qps=5",
                "--shared-system-prompt=3",
                "--user-history-prompt=2",
                "--answer-len=10",
                "--output=" + folder.resolve("summary.csv")));
    arguments.addAll(List.of(options));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  @Test
  void aRunWritesItsRequestsAndPrintsItsSummary() throws IOException {
    Path json = folder.resolve("figures.json");
    try (StandInServer one = new StandInServer();
        StandInServer two = new StandInServer()) {
      CommandRun run =
          qa(
              "--base-url=" + one.address() + "," + two.address().toString().replace("/v1", ""),
              "--model=stand-in",
              "--time=1",
              "--request-with-user-id",
              "--json=" + json);
      assertThat(run.status()).as(run.err()).isZero();
      assertThat(run.out()).contains("Processing speed: ", "TTFT p50 / p95 / p99", "Hit rate: ");
      assertThat(two.seen()).hasSizeGreaterThan(5);
    }
    assertThat(Files.readAllLines(folder.resolve("summary.csv")).get(0))
        .startsWith("prompt_tokens,generation_tokens,ttft,generation_time,user_id,question_id,");
    JsonNode figures = new ObjectMapper().readTree(json.toFile());
    assertThat(figures.at("/summary/answered").asInt()).isPositive();
    assertThat(figures.at("/summary/ttft/p95").asDouble()).isPositive();
    assertThat(figures.at("/workload/rounds").asInt()).isEqualTo(3);
    CommandRun past =
        CommandRun.of(
            "bench", "multi-round-qa", "--process-summary=" + folder.resolve("summary.csv"));
    assertThat(past.status()).as(past.err()).isZero();
    assertThat(past.out()).contains("Processing speed: ");
  }

  @Test
  void whereNothingSucceedsTheStatusSaysSo() throws IOException {
    try (StandInServer server = new StandInServer()) {
      server.trouble(
          seen -> seen.body().path("max_tokens").asInt() == 100 ? Trouble.NONE : Trouble.BUSY);
      CommandRun busy = qa("--base-url=" + server.address(), "--model=stand-in", "--time=1");
      assertThat(busy.status()).isEqualTo(1);
      assertThat(busy.out()).containsPattern("\\d+ x HTTP 429: the queue is full");
      assertThat(folder.resolve("summary.csv")).exists();
      CommandRun unknown = qa("--base-url=" + server.address(), "--model=gpt-9", "--time=1");
      assertThat(unknown.status()).isEqualTo(1);
      assertThat(unknown.err()).contains("no request of the warm-up was answered");
    }
  }

  @Test
  void aDryRunNeedsNoServer() {
    CommandRun run = qa("--base-url=http://127.0.0.1:1", "--dry-run", "--time=2");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).contains("One joins every 0.40 s.", "to http://127.0.0.1:1/v1");
  }

  @Test
  void allThatIsMissingIsNamedAtOnce() {
    CommandRun run = CommandRun.of("bench", "multi-round-qa", "--qps=1", "--answer-len=1");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .contains("Missing: --num-users, --num-rounds, --shared-system-prompt,")
        .contains("--user-history-prompt, --base-url (or --process-summary)");
    assertThat(qa("--base-url=http://127.0.0.1:1").err()).contains("Missing: --model");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--num-users=0 | --num-users=0 is out of range: give 1 to 100000",
        "--num-rounds=1 | --num-rounds=1 is out of range: give 2 to 100000",
        "--qps=0 | --qps=0.0 is out of range: give more than 0, up to 100000",
        "--qps=NaN | --qps=NaN is out of range",
        "--shared-system-prompt=-1 | --shared-system-prompt=-1 is out of range: give 0 to 10000000",
        "--user-history-prompt=-1 | --user-history-prompt=-1 is out of range",
        "--answer-len=0 | --answer-len=0 is out of range: give 1 to 1000000",
        "--init-user-id=-1 | --init-user-id=-1 is out of range: give 0 to",
        "--time=0 | --time=0 is out of range: give at least 1",
        "--log-interval=0 | --log-interval=0 is out of range: give at least 1",
        "--request-timeout=0 | --request-timeout=0 is out of range: give at least 1",
        "--base-url=ftp://a/v1 | --base-url=ftp://a/v1 is no address",
        "--base-url=127.0.0.1:80 | --base-url=127.0.0.1:80 is no address",
        "--sharegpt=/nowhere.json | --sharegpt=/nowhere.json: ",
        "--output=/nowhere/a.csv | --output=/nowhere/a.csv cannot be written: there is no such",
        "--process-summary=/nowhere.csv | --process-summary=/nowhere.csv: there is no such file",
      })
  void whatCannotBeUsedIsNamedWithWhatIsAllowed(String option, String message) {
    CommandRun run =
        option.startsWith("--base-url")
            ? qa(option, "--model=m")
            : repeated(option, "--base-url=http://127.0.0.1:1", "--model=m");
    assertThat(run.status()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains(message).doesNotContain("\tat ");
  }

  /** An option takes the place of the usual one of its name. */
  private CommandRun repeated(String option, String... others) {
    List<String> arguments = new ArrayList<>(List.of("bench", "multi-round-qa"));
    String name = option.substring(0, option.indexOf('='));
    for (String usual :
        List.of(
            "--num-users=2",
            "--num-rounds=3",
            "--qps=5",
            "--shared-system-prompt=3",
            "--user-history-prompt=2",
            "--answer-len=10",
            "--output=" + folder.resolve("summary.csv"))) {
      if (!usual.startsWith(name + "=")) {
        arguments.add(usual);
      }
    }
    arguments.add(option);
    arguments.addAll(List.of(others));
    return CommandRun.of(arguments.toArray(String[]::new));
  }
}
