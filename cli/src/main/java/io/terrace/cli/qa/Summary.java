/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.terrace.cli.qa.QaRow.Served;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What requests within a window of time come to. All rates are by the window's length.
 *
 * @param qps questions a second that were asked for; null where nobody knows
 * @param actualQps requests launched in the window, or under way at its end
 * @param processingSpeed requests answered a second
 * @param onTheFly requests under way at the window's end
 * @param answered in the window
 * @param generationSpeed tokens a second of one answer behind its first token, mean over answers
 *     that took time; null where there is none
 * @param ttft null where nothing was answered
 * @param cachedTokens of the prompts; null where no server says it
 * @param hitRate cached to prompt tokens, of the answers whose server says it
 * @param from seconds since 1970
 * @param to seconds since 1970
 * @param failures that ended in the window
 */
@JsonPropertyOrder({
  "qps",
  "actualQps",
  "processingSpeed",
  "onTheFly",
  "answered",
  "failed",
  "inputTokensPerSecond",
  "outputTokensPerSecond",
  "generationSpeed",
  "ttft",
  "promptTokens",
  "cachedTokens",
  "hitRate",
  "from",
  "to",
  "failures"
})
public record Summary(
    @Nullable Double qps,
    double actualQps,
    double processingSpeed,
    int onTheFly,
    int answered,
    int failed,
    double inputTokensPerSecond,
    double outputTokensPerSecond,
    @Nullable Double generationSpeed,
    @Nullable Ttft ttft,
    long promptTokens,
    @Nullable Long cachedTokens,
    @Nullable Double hitRate,
    double from,
    double to,
    List<Failures> failures) {

  /** Times to the first token, in seconds. */
  @JsonPropertyOrder({"mean", "p50", "p95", "p99"})
  public record Ttft(double mean, double p50, double p95, double p99) {
    static @Nullable Ttft of(List<Served> answers) {
      if (answers.isEmpty()) {
        return null;
      }
      double[] times = answers.stream().mapToDouble(Served::ttft).toArray();
      Percentile percentile = new Percentile(times);
      double mean = answers.stream().mapToDouble(Served::ttft).average().orElseThrow();
      return new Ttft(mean, percentile.at(50), percentile.at(95), percentile.at(99));
    }
  }

  /**
   * Requests that failed for one reason.
   *
   * @param example what the first of them said
   */
  @JsonPropertyOrder({"reason", "count", "example"})
  public record Failures(String reason, int count, String example) {}

  /**
   * A window of a run.
   *
   * @param from leaves out what ended before
   * @param to leaves out what ended after; beyond the last end it is that one
   * @param onTheFly requests under way at its end
   */
  static Summary of(List<QaRow> rows, double from, double to, int onTheFly, @Nullable Double qps) {
    double last = rows.stream().mapToDouble(QaRow::finishTime).max().orElse(from);
    double end = Math.min(to, last);
    List<QaRow> ended =
        rows.stream().filter(r -> from <= r.finishTime() && r.finishTime() <= end).toList();
    long launched =
        rows.stream().filter(r -> from <= r.launchTime() && r.launchTime() <= end).count();
    List<Served> answers = ended.stream().map(QaRow::served).filter(Objects::nonNull).toList();
    double seconds = end - from;
    long promptTokens = answers.stream().mapToLong(Served::promptTokens).sum();
    long generationTokens = answers.stream().mapToLong(Served::generationTokens).sum();
    List<Served> told = answers.stream().filter(a -> a.cachedTokens() != null).toList();
    Long cached = told.isEmpty() ? null : told.stream().mapToLong(Summary::cached).sum();
    return new Summary(
        qps,
        rate(launched + onTheFly, seconds),
        rate(answers.size(), seconds),
        onTheFly,
        answers.size(),
        ended.size() - answers.size(),
        rate(promptTokens, seconds),
        rate(generationTokens, seconds),
        generationSpeed(answers),
        Ttft.of(answers),
        promptTokens,
        cached,
        cached == null ? null : hitRate(cached, told),
        from,
        end,
        failures(ended));
  }

  private static double rate(long count, double seconds) {
    return seconds > 0 ? count / seconds : 0;
  }

  private static long cached(Served answer) {
    return Objects.requireNonNullElse(answer.cachedTokens(), 0L);
  }

  private static double hitRate(long cached, List<Served> answers) {
    long prompts = answers.stream().mapToLong(Served::promptTokens).sum();
    return prompts == 0 ? 0 : (double) cached / prompts;
  }

  private static @Nullable Double generationSpeed(List<Served> answers) {
    Stream<Served> timed = answers.stream().filter(answer -> answer.generationTime() > 0);
    double mean =
        timed
            .mapToDouble(answer -> answer.generationTokens() / answer.generationTime())
            .average()
            .orElse(Double.NaN);
    return Double.isNaN(mean) ? null : mean;
  }

  /** By the part of the reason before its first colon; what follows differs between requests. */
  private static List<Failures> failures(List<QaRow> rows) {
    Map<String, List<String>> byReason = new LinkedHashMap<>();
    for (QaRow row : rows) {
      if (row.served() == null) {
        String reason = row.error().split(": ", 2)[0];
        byReason.computeIfAbsent(reason, key -> new ArrayList<>()).add(row.error());
      }
    }
    return byReason.entrySet().stream()
        .map(e -> new Failures(e.getKey(), e.getValue().size(), e.getValue().get(0)))
        .toList();
  }
}
