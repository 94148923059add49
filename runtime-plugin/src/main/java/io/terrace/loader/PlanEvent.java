/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import io.terrace.engine.PlanCosts;
import io.terrace.engine.PromptReport;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A {@link PromptReport} for JDK Flight Recorder. */
@Name("io.terrace.Plan")
@Label("KV of a prompt")
@Category("Terrace")
@Description("How a prompt came to its KV: what was loaded and computed, and what was expected")
@StackTrace(false)
@SuppressWarnings("unused") // fields are read by the recorder
final class PlanEvent extends Event {
  @Label("Taken")
  private String taken = "";

  @Label("Prompt tokens")
  private int promptTokens;

  @Label("Tokens from memory")
  private int fromMemory;

  @Label("Tokens from tiers")
  private int fromTiers;

  @Label("Tokens from other requests")
  private int fromOthers;

  @Label("Tokens computed")
  private int computed;

  @Label("Late loads")
  private int lateLoads;

  @Label("Waited")
  @Timespan
  private long waited;

  @Label("Took")
  @Timespan
  private long took;

  @Label("Expected: computing")
  @Timespan
  private long expectedCompute;

  @Label("Expected: loading")
  @Timespan
  private long expectedLoad;

  @Label("Expected: both ends")
  @Timespan
  private long expectedBoth;

  /** Records a report, if somebody records. */
  static void record(PromptReport report) {
    PlanEvent event = new PlanEvent();
    if (!event.shouldCommit()) {
      return;
    }
    event.taken = report.taken();
    event.promptTokens = report.promptTokens();
    event.fromMemory = report.fromMemory();
    event.fromTiers = report.fromTiers();
    event.fromOthers = report.fromOthers();
    event.computed = report.computed();
    event.lateLoads = report.lateLoads();
    event.waited = report.waited();
    event.took = report.took();
    PlanCosts costs = report.costs();
    if (costs != null) {
      event.expectedCompute = (long) costs.compute();
      event.expectedLoad = (long) costs.load();
      event.expectedBoth = (long) costs.both();
    }
    event.commit();
  }
}
