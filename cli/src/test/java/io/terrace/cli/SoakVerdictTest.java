/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.cli.soak.SoakHits;
import io.terrace.cli.soak.SoakLimits;
import io.terrace.cli.soak.SoakOutcome;
import io.terrace.cli.soak.SoakTimes;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a soak is told to have found, from its figures. */
final class SoakVerdictTest {
  private static final SoakTimes TIMES = new SoakTimes(9, 1, 2, List.of(3.0));

  private double minutes = 0.5;
  private long requests = 10_000;
  private long wrong;
  private long failed;
  private long overLimit;
  private List<String> examples = List.of();
  private SoakHits hits = new SoakHits(100, 80, 1_000, 400, 150, 50, 0, 1);
  private Map<String, Long> tier =
      new TreeMap<>(
          Map.of(
              "own.fault.other.tokens", 20L,
              "own.fault.header.cut", 30L,
              "fault.other_tokens", 19L,
              "fault.truncated", 31L));
  private long pagesLeft;

  private List<String> problems() {
    SoakOutcome outcome =
        new SoakOutcome(
            requests,
            wrong,
            failed,
            examples,
            new SoakLimits(overLimit, 1, "the slowest"),
            TIMES,
            TIMES,
            hits,
            Map.of(),
            Map.of("nfs", tier),
            Map.of("pages", pagesLeft));
    return SoakVerdict.problems(
        new SoakFigures(minutes, 1, 8, "0.8.4", "native", "jdk", "cpu", 250, TIMES, outcome));
  }

  @Test
  void nothingIsWrong() {
    assertThat(problems()).isEmpty();
    minutes = 10;
    assertThat(problems()).as("the long form").isEmpty();
  }

  @Test
  void answersAndRequests() {
    wrong = 2;
    failed = 1;
    overLimit = 3;
    examples = List.of("request 7, task 3");
    assertThat(problems())
        .containsExactly(
            "2 answers differ from those without reuse",
            "1 requests failed",
            "  request 7, task 3",
            "3 requests took longer than computing all and a tier's deadline, the slowest: the"
                + " slowest");
  }

  @Test
  void aPromptThatWaitedTooLong() {
    hits = new SoakHits(100, 80, 1_000, 400, 150, 50, 0, 251);
    assertThat(problems())
        .containsExactly("a prompt waited 251 ms for tiers and others, wanted at most 250 ms");
  }

  @ParameterizedTest
  @CsvSource({"0.5, 0, 1", "10, 9999, 10000"})
  void tooFewRequests(double ofMinutes, long few, long wanted) {
    minutes = ofMinutes;
    requests = few;
    assertThat(problems())
        .containsExactly(few + " requests were answered, wanted at least " + wanted);
  }

  @Test
  void tooLittleReused() {
    hits = new SoakHits(100, 50, 1_000, 400, 50, 50, 0, 1);
    assertThat(problems())
        .containsExactly(
            "50.0 % of the tokens were reused, wanted more than half",
            "50.0 % of the prompts were reused, wanted more than half");
  }

  @ParameterizedTest
  @CsvSource({"0.5, 0, 1", "10, 19, 20"})
  void aFaultThatDidNotStrike(double ofMinutes, long few, long wanted) {
    minutes = ofMinutes;
    tier.put("own.fault.read.hangs", few);
    assertThat(problems())
        .containsExactly("the fault 'read.hangs' struck " + few + " times, wanted " + wanted);
  }

  @Test
  void damageThatNobodyDid() {
    tier.put("fault.payload_damaged", 1L);
    assertThat(problems())
        .containsExactly("51 chunks were found to be damaged, and no more than 50 were on purpose");
  }

  @Test
  void tokensThatNobodyCompared() {
    tier.remove("fault.other_tokens");
    assertThat(problems()).containsExactly("no chunk was refused for its tokens");
  }

  @Test
  void whatIsLeft() {
    pagesLeft = 2;
    assertThat(problems()).containsExactly("not given back at the end: pages is 2, wanted 0");
  }
}
