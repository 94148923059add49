/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A comparison for other programs. */
final class CompareFiles {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private CompareFiles() {}

  @JsonPropertyOrder({
    "setup",
    "history",
    "processingSpeed",
    "ttftMsMean",
    "ttftMsP95",
    "promptTokens",
    "hitTokens",
    "failures"
  })
  private record Row(
      String setup,
      int history,
      double processingSpeed,
      double ttftMsMean,
      double ttftMsP95,
      long promptTokens,
      long hitTokens,
      int failures) {}

  @JsonPropertyOrder({"rows", "answersIdentical"})
  private record Content(List<Row> rows, boolean answersIdentical) {}

  /** Names and order are documented, others read them. */
  static String json(CompareResult result) {
    List<Row> rows =
        result.rows().stream()
            .map(
                row ->
                    new Row(
                        row.setup(),
                        row.history(),
                        row.processingSpeed(),
                        row.ttftMsMean(),
                        row.ttftMsP95(),
                        row.promptTokens(),
                        row.hitTokens(),
                        row.failures()))
            .toList();
    try {
      return JSON.writeValueAsString(new Content(rows, result.isIdentical()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain values have no JSON", e);
    }
  }

  /** Beside those of the JSON: percentiles, answers, and the tiers that tokens came from. */
  static String csv(CompareResult result) {
    List<List<String>> records = new ArrayList<>();
    records.add(
        List.of(
            "setup",
            "history",
            "processing_speed",
            "ttft_ms_mean",
            "ttft_ms_p50",
            "ttft_ms_p95",
            "ttft_ms_p99",
            "answered",
            "prompt_tokens",
            "hit_tokens",
            "reachable_tokens",
            "failures",
            "tier_tokens"));
    for (CompareRow row : result.rows()) {
      records.add(
          List.of(
              row.setup(),
              String.valueOf(row.history()),
              String.valueOf(row.processingSpeed()),
              String.valueOf(row.ttftMsMean()),
              String.valueOf(row.ttftMsP50()),
              String.valueOf(row.ttftMsP95()),
              String.valueOf(row.ttftMsP99()),
              String.valueOf(row.answered()),
              String.valueOf(row.promptTokens()),
              String.valueOf(row.hitTokens()),
              String.valueOf(row.reachableTokens()),
              String.valueOf(row.failures()),
              row.tierTokens().entrySet().stream()
                  .map(tier -> tier.getKey() + "=" + tier.getValue())
                  .collect(Collectors.joining(" "))));
    }
    return Csv.write(records).stripTrailing();
  }
}
