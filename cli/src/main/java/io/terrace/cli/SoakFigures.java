/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.terrace.cli.soak.SoakOutcome;
import io.terrace.cli.soak.SoakTimes;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What {@code --json} of the soak holds.
 *
 * @param deadlineMillis how long a read of a tier may take
 * @param withoutReuse the times of requests in a process that reuses nothing
 */
record SoakFigures(
    double minutes,
    long seed,
    int threads,
    String jlama,
    String operations,
    String jdk,
    String cpu,
    double deadlineMillis,
    SoakTimes withoutReuse,
    SoakOutcome outcome) {
  private static final String OWN_FAULT = "own.fault.";

  /** The same, with what is wrong. */
  record Judged(@JsonUnwrapped SoakFigures figures, List<String> problems) {}

  /** How often each fault struck in one tier, by its kind. */
  static SortedMap<String, Long> faults(Map<String, Long> tier) {
    SortedMap<String, Long> faults = new TreeMap<>();
    tier.forEach(
        (name, count) -> {
          if (name.startsWith(OWN_FAULT)) {
            faults.put(name.substring(OWN_FAULT.length()), count);
          }
        });
    return faults;
  }

  /** How often each fault struck in all tiers, by its kind. */
  SortedMap<String, Long> faults() {
    SortedMap<String, Long> all = new TreeMap<>();
    for (Map<String, Long> tier : outcome.tiers().values()) {
      faults(tier).forEach((kind, count) -> all.merge(kind, count, Long::sum));
    }
    return all;
  }

  /** The sum of some figures over all tiers. */
  long sum(Collection<String> names) {
    return outcome.tiers().values().stream()
        .flatMap(tier -> names.stream().map(name -> tier.getOrDefault(name, 0L)))
        .mapToLong(Long::longValue)
        .sum();
  }
}
