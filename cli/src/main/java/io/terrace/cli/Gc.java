/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.loader.InspectedTier;
import io.terrace.loader.TierInspector;
import io.terrace.spi.Collected;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.TierException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code terrace gc}: lets each tier below memory collect. */
final class Gc {
  private static final Duration PATIENCE = Duration.ofHours(1); // somebody is waiting, and can stop

  private Gc() {}

  /**
   * How it went with one tier.
   *
   * @param failure why it could not be finished; null if it was
   */
  record Outcome(String tier, Collected collected, @Nullable String failure) {
    String line() {
      if (failure != null) {
        return tier + ": FAILED: " + failure;
      }
      return collected.equals(Collected.NOTHING)
          ? tier + ": nothing to remove"
          : tier
              + ": "
              + Messages.grouped(collected.chunks())
              + (collected.chunks() == 1 ? " chunk" : " chunks")
              + " removed, "
              + Messages.size(collected.bytes())
              + " freed (remains of broken writes included)";
    }

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("tier", tier);
      json.put("chunks", collected.chunks());
      json.put("bytes", collected.bytes());
      if (failure != null) {
        json.put("failure", failure);
      }
      return json;
    }
  }

  /** One outcome for each tier but those in memory; a failure does not stop the others. */
  static List<Outcome> collect(List<String> stack, TierInspector inspector) {
    List<Outcome> outcomes = new ArrayList<>();
    for (String name : stack) {
      Consumer<String> failed =
          why -> outcomes.add(new Outcome(name, Collected.NOTHING, why + advice(name, why)));
      try (InspectedTier opened = inspector.open(name, failed)) {
        KvTier tier = opened.tier();
        if (!tier.capabilities().retainsPages()) {
          outcomes.add(new Outcome(name, tier.collect(Deadline.after(PATIENCE)), null));
        }
      } catch (TierException | RuntimeException e) {
        failed.accept(Messages.failure(e));
      }
    }
    return outcomes;
  }

  private static String advice(String tier, String why) {
    String advice = Messages.whereToSetStore(tier, why);
    return advice.isEmpty() ? "" : "; " + advice;
  }
}
