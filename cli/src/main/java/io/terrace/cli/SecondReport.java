/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The table of what a second process reused. */
final class SecondReport {
  private SecondReport() {}

  static List<String> lines(List<SecondInstance> seconds, TierSpec tier) {
    Table table =
        new Table(
            "prompt\ntokens",
            "tokens\nreused",
            "agent,\nreuse off",
            "second\nprocess",
            "speed-up",
            "same\nanswer");
    for (SecondInstance one : seconds) {
      table.row(
          Messages.grouped(one.promptTokens()),
          Messages.grouped(one.reusedTokens()),
          Table.millis(one.ttftMsWithout()),
          Table.millis(one.ttftMs()),
          String.format(Locale.ROOT, "%,.0fx", one.ttftMsWithout() / one.ttftMs()),
          one.identical() ? "yes" : "NO");
    }
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("A second process, started after the first had ended, and its first request:");
    lines.add("");
    lines.addAll(table.lines());
    lines.add("");
    lines.add(meaning(seconds, tier));
    return lines;
  }

  private static String meaning(List<SecondInstance> seconds, TierSpec tier) {
    if (!seconds.stream().allMatch(SecondInstance::identical)) {
      return "Its answer DIFFERS from the one without reuse: this is a fault of the plugin.";
    }
    Optional<SecondInstance> lost = seconds.stream().filter(one -> !one.isReused()).findFirst();
    if (lost.isPresent()) {
      return "It reused only "
          + Messages.grouped(lost.get().reusedTokens())
          + " of "
          + Messages.grouped(lost.get().promptTokens())
          + " tokens: what the first process had computed did NOT come from "
          + tier.text()
          + ". See the logs, and: terrace doctor --tier "
          + tier.text();
    }
    return "What the first process had computed came from " + tier.text() + ".";
  }
}
