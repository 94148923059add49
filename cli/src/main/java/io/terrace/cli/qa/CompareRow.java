/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.terrace.cli.qa.Summary.Ttft;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A set-up at a length of the history; times in milliseconds.
 *
 * @param processingSpeed requests answered a second
 * @param answered requests
 * @param promptTokens of all of them
 * @param hitTokens of these, not computed, as the servers say
 * @param reachableTokens of these, that a shared cache without bounds could have had, at most
 * @param failures requests that failed
 * @param tierTokens not computed, by the tier that had them; without an entry where nothing is
 *     known
 */
@JsonPropertyOrder({
  "setup",
  "history",
  "processingSpeed",
  "ttftMsMean",
  "ttftMsP50",
  "ttftMsP95",
  "ttftMsP99",
  "answered",
  "promptTokens",
  "hitTokens",
  "reachableTokens",
  "failures",
  "tierTokens"
})
record CompareRow(
    String setup,
    int history,
    double processingSpeed,
    double ttftMsMean,
    double ttftMsP50,
    double ttftMsP95,
    double ttftMsP99,
    int answered,
    long promptTokens,
    long hitTokens,
    long reachableTokens,
    int failures,
    Map<String, Long> tierTokens) {

  CompareRow {
    tierTokens = Collections.unmodifiableMap(new LinkedHashMap<>(tierTokens));
  }

  /**
   * @param ttft of the summary
   */
  static CompareRow of(
      CompareSetUp measured,
      int history,
      Summary summary,
      Ttft ttft,
      long reachableTokens,
      Map<String, Long> tierTokens) {
    return new CompareRow(
        measured.word(),
        history,
        rounded(summary.processingSpeed()),
        rounded(1e3 * ttft.mean()),
        rounded(1e3 * ttft.p50()),
        rounded(1e3 * ttft.p95()),
        rounded(1e3 * ttft.p99()),
        summary.answered(),
        summary.promptTokens(),
        Objects.requireNonNullElse(summary.cachedTokens(), 0L),
        reachableTokens,
        summary.failed(),
        tierTokens);
  }

  private static double rounded(double value) {
    return Math.round(value * 1e4) / 1e4;
  }

  double hitRate() {
    return promptTokens == 0 ? 0 : (double) hitTokens / promptTokens;
  }

  double hitsOfReachable() {
    return reachableTokens == 0 ? 0 : (double) hitTokens / reachableTokens;
  }
}
