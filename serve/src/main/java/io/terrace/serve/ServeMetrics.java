/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.terrace.serve.LanguageModel.Generated;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The figures of the server. Safe for use by several threads. */
final class ServeMetrics {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final PluginFigures plugin = new PluginFigures(registry);
  private final Timer timeToFirstToken =
      Timer.builder("terrace.serve.time.to.first.token")
          .description("From the end of a request's arrival to the first token of its answer")
          .serviceLevelObjectives(
              Duration.ofMillis(10),
              Duration.ofMillis(50),
              Duration.ofMillis(100),
              Duration.ofMillis(250),
              Duration.ofMillis(500),
              Duration.ofSeconds(1),
              Duration.ofSeconds(2),
              Duration.ofSeconds(5),
              Duration.ofSeconds(10),
              Duration.ofSeconds(30),
              Duration.ofSeconds(60))
          .register(registry);
  private final Counter promptTokens =
      counter("terrace.serve.prompt.tokens", "Tokens of the prompts of answers");
  private final Counter generatedTokens =
      counter("terrace.serve.generated.tokens", "Tokens that were computed for answers");
  private final Counter cachedTokens =
      counter("terrace.serve.cached.tokens", "Tokens of prompts that were not computed again");

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  /** Shows how many requests wait and run. */
  void watch(RequestQueue queue) {
    Gauge.builder("terrace.serve.queue.depth", queue, RequestQueue::waiting)
        .description("Requests that wait")
        .register(registry);
    Gauge.builder("terrace.serve.running", queue, RequestQueue::running)
        .description("Requests that are being answered")
        .register(registry);
  }

  /**
   * A request has ended.
   *
   * @param path one of the server's own, or "other"
   * @param status {@link HttpClientReply#GONE} for one whose client went before
   */
  void request(String path, int status) {
    Counter.builder("terrace.serve.requests")
        .description("Requests by path and status; 499 are clients that went before the end")
        .tag("path", path)
        .tag("status", String.valueOf(status))
        .register(registry)
        .increment();
  }

  void firstToken(long nanos) {
    timeToFirstToken.record(nanos, TimeUnit.NANOSECONDS);
  }

  void generated(int prompt, Generated generated) {
    promptTokens.increment(prompt);
    generatedTokens.increment(generated.tokens());
    cachedTokens.increment(generated.cachedTokens());
  }

  /** All of it in the text format of Prometheus. */
  String text() {
    plugin.update();
    return registry.scrape();
  }
}
