/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.terrace.cli.qa.StandInServer.Trouble;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class ComparisonTest {
  private static final Workload WORKLOAD = new Workload(2, 3, 10, 3, 0, 10, 0);
  private static final List<CompareSetUp> SET_UPS =
      List.of(CompareSetUp.ALONE, CompareSetUp.CPU_S3, CompareSetUp.PLAIN);

  @TempDir private Path folder = Path.of("");
  private final NotesOnly watcher = new NotesOnly();
  private final StandIns instances = new StandIns();

  /** Two servers a set-up, which keep count of what is started and closed. */
  private static final class StandIns implements Instances {
    private final List<String> started = new ArrayList<>();
    private final Map<CompareSetUp, Trouble> troubles = new LinkedHashMap<>();
    private int open;
    private Runnable whenAsked = () -> {};

    @Override
    public Running start(CompareSetUp setUp, String store) {
      started.add(store);
      open++;
      try {
        return new Pair(setUp, new StandInServer(), new StandInServer());
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    private final class Pair implements Running {
      private final CompareSetUp setUp;
      private final StandInServer one;
      private final StandInServer two;

      Pair(CompareSetUp setUp, StandInServer one, StandInServer two) {
        this.setUp = setUp;
        this.one = one;
        this.two = two;
        Trouble trouble = troubles.getOrDefault(setUp, Trouble.NONE);
        one.trouble(
            seen -> {
              if (seen.lastMessage().contains("question")) {
                whenAsked.run();
              }
              return trouble;
            });
        two.trouble(trouble);
      }

      @Override
      public List<URI> addresses() {
        return List.of(one.address(), two.address());
      }

      @Override
      public String model() {
        return StandInServer.MODEL;
      }

      @Override
      public Map<String, Long> hitTokens() {
        Map<String, Long> hits = new LinkedHashMap<>();
        setUp.tiers().forEach(tier -> hits.put(tier, 10L * one.seen().size()));
        return hits;
      }

      @Override
      public void close() {
        open--;
        one.close();
        two.close();
      }
    }
  }

  private static Map<String, String> parameters(String qps) {
    return Map.of("--qps", qps, "--model", "stand-in");
  }

  private CompareFolder open(String qps, boolean restart) throws IOException {
    return CompareFolder.open(folder, parameters(qps), restart);
  }

  private CompareResult compare(CompareFolder into, Integer... histories) throws Exception {
    return compare(into, SET_UPS, histories);
  }

  private CompareResult compare(CompareFolder into, List<CompareSetUp> setUps, Integer... histories)
      throws Exception {
    CompareOptions options =
        new CompareOptions(
            WORKLOAD, List.of(histories), setUps, Duration.ofSeconds(1), Duration.ofSeconds(20), 5);
    return new Comparison(options, instances, into, watcher).run();
  }

  private static CompareContext context() {
    return new CompareContext("m <1>", "cpu & co", "jdk", "terrace bench", parameters("10"));
  }

  @Test
  void everySetUpIsMeasuredAtEveryHistoryAndWritten() throws Exception {
    CompareFolder opened = open("10", false);
    CompareResult result = compare(opened, 5, 50);
    assertThat(instances.started)
        .containsExactly("alone-5", "cpu-s3-5", "plain-5", "alone-50", "cpu-s3-50", "plain-50");
    assertThat(instances.open).isZero();
    assertThat(watcher.notes().get(0)).startsWith("6 runs of 1 s each: about ");
    assertThat(result.isIdentical()).isTrue();
    assertThat(result.comparedAnswers()).isPositive();
    assertThat(result.rows()).hasSize(6).allMatch(row -> row.failures() == 0);
    assertThat(result.rows().get(1).tierTokens()).containsOnlyKeys("cpu", "s3");
    result.write(opened, context());
    assertJson();
    assertThat(Files.readAllLines(folder.resolve("rows.csv"))).hasSize(7);
    assertThat(folder.resolve("runs/cpu+s3-50.csv")).exists();
    assertThat(Files.readString(folder.resolve("compare.md")))
        .contains("| 50 | cpu+s3 | ", "each question had one answer", "terrace bench");
  }

  private void assertJson() throws IOException {
    JsonNode json = new ObjectMapper().readTree(folder.resolve("compare.json").toFile());
    assertThat(json.fieldNames()).toIterable().containsExactly("rows", "answersIdentical");
    assertThat(json.get("answersIdentical").asBoolean()).isTrue();
    JsonNode row = json.get("rows").get(1);
    assertThat(row.fieldNames())
        .toIterable()
        .containsExactly(
            "setup",
            "history",
            "processingSpeed",
            "ttftMsMean",
            "ttftMsP95",
            "promptTokens",
            "hitTokens",
            "failures");
    assertThat(row.get("setup").asText()).isEqualTo("cpu+s3");
    assertThat(row.get("history").asInt()).isEqualTo(5);
    assertThat(row.get("processingSpeed").asDouble()).isPositive();
    assertThat(row.get("hitTokens").asLong()).isPositive();
  }

  @Test
  void anInterruptedComparisonGoesOnWhereItStopped() throws Exception {
    instances.troubles.put(CompareSetUp.PLAIN, Trouble.BROKEN);
    assertThatThrownBy(() -> compare(open("10", false), 5))
        .isInstanceOf(IOException.class)
        .hasMessage("no request of the warm-up was answered (plain, history 5)");
    assertThat(watcher.notes())
        .anyMatch(note -> note.endsWith("requests failed, HTTP 500: it broke"));
    assertThat(instances.open).isZero();
    instances.troubles.clear();
    instances.started.clear();
    compare(open("10", false), 5);
    assertThat(instances.started).containsExactly("plain-5");
    assertThat(watcher.notes()).anyMatch(note -> note.contains("2 of them done before"));
    instances.started.clear();
    compare(open("10", true), List.of(CompareSetUp.ALONE), 5);
    assertThat(instances.started).as("anew").containsExactly("alone-5");
  }

  @Test
  void aRunThatIsStoppedIsNotKept() throws Exception {
    CompareOptions options =
        new CompareOptions(
            WORKLOAD,
            List.of(5),
            List.of(CompareSetUp.ALONE),
            Duration.ofHours(1),
            Duration.ofSeconds(20),
            5);
    Comparison comparison = new Comparison(options, instances, open("10", false), watcher);
    instances.whenAsked = comparison::stop;
    assertThatThrownBy(comparison::run).hasMessageContaining("stopped");
    assertThat(instances.open).isZero();
    assertThat(folder.resolve("runs")).isEmptyDirectory();
  }

  @Test
  void otherParametersAreRefusedByTheirName() throws Exception {
    open("10", false);
    assertThatThrownBy(() -> open("4", false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("--qps=10, and this one has --qps=4");
    assertThatThrownBy(() -> CompareFolder.open(folder, Map.of("--qps", "10"), false))
        .hasMessageContaining("--model=stand-in, and this one has no --model");
    open("4", true);
    open("4", false);
  }

  @Test
  void aRunThatCannotBeReadIsNamed() throws Exception {
    open("10", false);
    Path broken = Files.writeString(folder.resolve("runs/alone-5.json"), "{\"row\":");
    assertThatThrownBy(() -> compare(open("10", false), 5))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(broken + " cannot be read (--restart deletes it)");
  }

  @Test
  void answersThatDifferAreListed() throws Exception {
    instances.troubles.put(CompareSetUp.CPU_S3, Trouble.OTHER_ANSWER);
    CompareResult result =
        compare(open("10", false), List.of(CompareSetUp.ALONE, CompareSetUp.CPU_S3), 5);
    assertThat(result.isIdentical()).isFalse();
    assertThat(result.differences())
        .as("the first of each user")
        .extracting(AnswerCheck.Difference::user)
        .doesNotHaveDuplicates()
        .isNotEmpty();
    assertThat(String.join("\n", CompareMarkdown.answers(result)))
        .contains("DIFFER", "- history 5, user 1, question 3: alone \"Once ", ", cpu+s3 \"Once ");
  }

  @Test
  void answersOfThePlainRuntimeAreTimedOnly() throws Exception {
    instances.troubles.put(CompareSetUp.PLAIN, Trouble.OTHER_ANSWER);
    CompareResult result =
        compare(open("10", false), List.of(CompareSetUp.ALONE, CompareSetUp.PLAIN), 5);
    assertThat(result.isIdentical()).isTrue();
    assertThat(result.rows()).hasSize(2);
  }
}
