/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A {@link Summary} for people: LMCache's lines, and ours behind them. */
public final class QaReport {
  private QaReport() {}

  /** The lines. */
  public static List<String> lines(Summary summary) {
    List<String> lines = new ArrayList<>();
    Double qps = summary.qps();
    lines.add("==================== Performance summary ====================");
    lines.add(
        "  QPS: "
            + (qps == null ? "" : text("%.4f reqs/s asked for, ", qps))
            + text("%.4f reqs/s sent", summary.actualQps()));
    lines.add(text("  Processing speed: %.4f reqs/s", summary.processingSpeed()));
    lines.add("  Requests on-the-fly: " + summary.onTheFly());
    lines.add(text("  Input tokens per second: %.1f", summary.inputTokensPerSecond()));
    lines.add(text("  Output tokens per second: %.1f", summary.outputTokensPerSecond()));
    Double generation = summary.generationSpeed();
    if (generation != null) {
      lines.add(text("  Average generation throughput (per request): %.1f tokens/s", generation));
    }
    Summary.Ttft ttft = summary.ttft();
    if (ttft != null) {
      lines.add(text("  Average TTFT: %.4f s", ttft.mean()));
      lines.add(
          text("  TTFT p50 / p95 / p99: %.4f / %.4f / %.4f s", ttft.p50(), ttft.p95(), ttft.p99()));
    }
    lines.add(hits(summary));
    lines.addAll(failures(summary));
    lines.add(
        text(
            "  Time range: %.3f - %.3f (%.2f s)",
            summary.from(), summary.to(), Math.max(0, summary.to() - summary.from())));
    lines.add("=============================================================");
    return lines;
  }

  private static String hits(Summary summary) {
    Long cached = summary.cachedTokens();
    Double rate = summary.hitRate();
    return cached == null || rate == null
        ? "  Hit rate: not told by the server (usage.prompt_tokens_details.cached_tokens)"
        : text("  Hit rate: %.1f %% (%,d of the prompts' tokens were cached)", 100 * rate, cached);
  }

  private static List<String> failures(Summary summary) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "  Failed requests: "
            + summary.failed()
            + " of "
            + (summary.failed() + summary.answered()));
    for (Summary.Failures failures : summary.failures()) {
      lines.add("    " + failures.count() + " x " + failures.example());
    }
    return lines;
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
