/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a run would send if every answer came at once. */
public final class DryRun {
  private static final double STEP_SECONDS = 0.1;
  private static final int SHOWN = 12;

  private DryRun() {}

  /** The lines. */
  public static List<String> lines(QaPlan plan) {
    Workload workload = plan.workload();
    Duration time = plan.time();
    double seconds = time == null ? workload.lifeSeconds() : time.toMillis() / 1e3;
    List<String> lines = new ArrayList<>();
    lines.add(
        text(
            "A user asks every %.2f s, for %.1f s.",
            workload.gapSeconds(), workload.lifeSeconds()));
    lines.add(text("One joins every %.2f s.", workload.joinGapSeconds()));
    lines.add(text("The ramp-up takes the first %.1f s.", workload.lifeSeconds()));
    List<String> sent = sent(plan, seconds);
    lines.add(
        text("In %.0f s %d requests, %.3f a second:", seconds, sent.size(), sent.size() / seconds));
    lines.addAll(sent.subList(0, Math.min(SHOWN, sent.size())));
    if (sent.size() > SHOWN) {
      lines.add("  ...");
    }
    return lines;
  }

  private static List<String> sent(QaPlan plan, double seconds) {
    Schedule schedule = new Schedule(plan.workload());
    List<String> lines = new ArrayList<>();
    for (int step = 0; step * STEP_SECONDS <= seconds; step++) {
      double now = step * STEP_SECONDS;
      for (Session session : schedule.step(now)) {
        URI address = plan.addresses().get(lines.size() % plan.addresses().size());
        lines.add(
            text(
                "  %7.1f s  user %d, question %d, to %s",
                now, session.userId(), session.question(), address));
        session.completed();
      }
    }
    return lines;
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
