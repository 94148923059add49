/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.engine.PlanCosts;
import io.terrace.engine.PromptReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PlanEventTest {
  private static final String NAME = "io.terrace.Plan";
  private static final long MS = 1_000_000;

  @Test
  void aFlightRecorderIsToldHowAPromptCameToItsKv(@TempDir Path folder) throws IOException {
    PlanCosts costs = new PlanCosts(900.0 * MS, 40.0 * MS, 30.0 * MS);
    Path file = folder.resolve("recording.jfr");
    try (Recording recording = new Recording()) {
      recording.enable(NAME);
      recording.start();
      PlanEvent.record(new PromptReport(200, 32, 128, 0, 40, 1, 35 * MS, 90 * MS, costs));
      PlanEvent.record(new PromptReport(7, 0, 0, 0, 7, 0, 0, MS, null));
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> plans =
        RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getEventType().getName().equals(NAME))
            .toList();
    assertThat(plans).extracting(plan -> plan.getInt("promptTokens")).containsExactly(200, 7);
    RecordedEvent plan = plans.getFirst();
    assertThat(plan.getString("taken")).isEqualTo("load and compute");
    assertThat(plan.getInt("fromMemory")).isEqualTo(32);
    assertThat(plan.getInt("fromTiers")).isEqualTo(128);
    assertThat(plan.getInt("computed")).isEqualTo(40);
    assertThat(plan.getInt("lateLoads")).isEqualTo(1);
    assertThat(plan.getDuration("waited")).isEqualTo(Duration.ofMillis(35));
    assertThat(plan.getDuration("took")).isEqualTo(Duration.ofMillis(90));
    assertThat(plan.getDuration("expectedLoad")).isEqualTo(Duration.ofMillis(40));
    assertThat(plan.getDuration("expectedBoth")).isEqualTo(Duration.ofMillis(30));
    assertThat(plans.get(1).getString("taken")).isEqualTo("compute");
  }
}
