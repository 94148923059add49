/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import org.jspecify.annotations.Nullable;

/** What a {@link PromptReport} says, while it happens. Used by one thread. */
final class PlanRecord {
  private int fromMemory;
  private int fromTiers;
  private int fromOthers;
  private int computed;
  private int lateLoads;
  private long waited;

  void fromMemory(int tokens) {
    fromMemory += tokens;
  }

  void fromTiers(int tokens) {
    fromTiers += tokens;
  }

  void fromOthers(int tokens) {
    fromOthers += tokens;
  }

  void computed(int tokens) {
    computed += tokens;
  }

  void late() {
    lateLoads++;
  }

  void waited(long nanos) {
    waited += nanos;
  }

  int reused() {
    return fromMemory + fromTiers + fromOthers;
  }

  PromptReport report(int promptTokens, long took, @Nullable PlanCosts costs) {
    return new PromptReport(
        promptTokens, fromMemory, fromTiers, fromOthers, computed, lateLoads, waited, took, costs);
  }
}
