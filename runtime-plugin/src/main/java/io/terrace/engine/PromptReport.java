/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a prompt came to its KV, what it took, and what else it might have taken. Times are in
 * nanoseconds.
 *
 * @param promptTokens tokens that were told and not computed when the prompt came
 * @param fromMemory of them taken over from memory
 * @param fromTiers taken over from tiers below memory
 * @param fromOthers taken over from sessions that computed the same at the same time
 * @param computed tokens computed
 * @param lateLoads how often a load was waited for longer than it was worth
 * @param waited time spent in waiting, for tiers and others
 * @param took time from the first look to the last pass
 * @param costs what was expected; null where no tier below memory was asked, or none answered
 */
public record PromptReport(
    int promptTokens,
    int fromMemory,
    int fromTiers,
    int fromOthers,
    int computed,
    int lateLoads,
    long waited,
    long took,
    @Nullable PlanCosts costs) {

  /** Tokens that were not computed. */
  public int reused() {
    return fromMemory + fromTiers + fromOthers;
  }

  /** The way that was taken. */
  public String taken() {
    if (fromTiers == 0) {
      return fromMemory + fromOthers == 0 ? "compute" : "memory";
    }
    return computed <= 1 ? "load" : "load and compute";
  }

  /** One line for a person. */
  public String line() {
    String expected =
        costs == null
            ? ""
            : String.format(
                Locale.ROOT,
                "; expected beyond memory: computing %.1f ms, loading %.1f ms, both ends %.1f ms",
                costs.compute() / 1e6,
                costs.load() / 1e6,
                costs.both() / 1e6);
    return String.format(
        Locale.ROOT,
        "prompt of %d tokens, %s: %d from memory, %d from tiers, %d from other requests, %d"
            + " computed; took %.1f ms, %.1f ms of them waiting, %d loads late%s",
        promptTokens,
        taken(),
        fromMemory,
        fromTiers,
        fromOthers,
        computed,
        took / 1e6,
        waited / 1e6,
        lateLoads,
        expected);
  }
}
