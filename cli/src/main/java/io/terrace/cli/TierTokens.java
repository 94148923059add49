/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many tokens an instance took over from each tier, by its {@code /metrics}: those of the tiers
 * below memory, and what was reused beside that.
 */
final class TierTokens {
  /** What the figures of tiers and of the plugin are called, and their labels. */
  private static final Pattern FIGURE =
      Pattern.compile("(terrace_plugin(?:_tier)?)\\{([^}]*)\\} ([0-9.Ee+]+)");

  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");
  private static final String CPU = "cpu";
  private static final String MEMORY = "memory";
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private TierTokens() {}

  /**
   * Asks an instance.
   *
   * @param address of its API, which ends in {@code /v1}
   * @throws CliException if it does not answer
   */
  static String scrape(URI address) {
    URI metrics = address.resolve("/metrics");
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(DEADLINE).build()) {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(metrics).timeout(DEADLINE).build(), BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw CliException.failed(metrics + " answers " + response.statusCode());
      }
      return response.body();
    } catch (IOException e) {
      throw CliException.failed(metrics + " does not answer: " + Messages.failure(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliException.failed("interrupted");
    }
  }

  /**
   * Tokens by tier since the instance's start, {@code memory} first.
   *
   * @param metrics in the text format of Prometheus
   * @param tiers of the instance, the fastest first
   */
  static Map<String, Long> of(String metrics, List<String> tiers) {
    Map<String, Long> figures = figures(metrics);
    Map<String, Long> tokens = new LinkedHashMap<>();
    long reused = figures.getOrDefault("reused_tokens", 0L);
    long below = 0;
    tokens.put(MEMORY, reused);
    for (String tier : tiers) {
      if (!tier.equals(CPU)) {
        long ofTier = figures.getOrDefault(tier + ".reusedTokens", 0L);
        tokens.put(tier, ofTier);
        below += ofTier;
      }
    }
    tokens.put(MEMORY, Math.max(0, reused - below)); // the figures are not of one moment
    return tokens;
  }

  /** By {@code figure}, or {@code tier.figure}. */
  private static Map<String, Long> figures(String metrics) {
    Map<String, Long> figures = new LinkedHashMap<>();
    metrics
        .lines()
        .map(FIGURE::matcher)
        .filter(Matcher::matches)
        .forEach(
            found -> {
              Map<String, String> labels = new LinkedHashMap<>();
              Matcher label = LABEL.matcher(found.group(2));
              while (label.find()) {
                labels.put(label.group(1), label.group(2));
              }
              String tier = labels.containsKey("tier") ? labels.get("tier") + "." : "";
              figures.put(
                  tier + labels.get("figure"), Math.round(Double.parseDouble(found.group(3))));
            });
    return figures;
  }
}
