/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.Deadline;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class StopTest {
  private final Stop stop = new Stop();

  @AfterEach
  void clear() {
    Thread.interrupted();
  }

  @Test
  void endsADeadlineThatIsFar() {
    Deadline never = stop.deadline(Deadline.NEVER);
    Deadline hour = stop.deadline(Deadline.after(Duration.ofHours(1)));
    assertThat(never.isOver()).isFalse();
    assertThat(hour.isOver()).isFalse();
    stop.stop();
    assertThat(never.isOver()).isTrue();
    assertThat(hour.isOver()).isTrue();
  }

  @Test
  void leavesADeadlineAsItIs() {
    assertThat(stop.deadline(Deadline.after(Duration.ZERO)).isOver()).isTrue();
  }

  @Test
  void heedsTheCallersInterruptWhileItLasts() {
    Deadline deadline = stop.deadline(Deadline.NEVER);
    Thread.currentThread().interrupt();
    assertThat(deadline.isOver()).isTrue();
    Thread.interrupted();
    assertThat(deadline.isOver()).isFalse();
  }

  @Test
  void endsADeadlineThatWasMadeUnderAnInterrupt() {
    Thread.currentThread().interrupt();
    Deadline deadline = stop.deadline(Deadline.NEVER);
    assertThat(deadline.isOver()).isTrue();
    Thread.interrupted();
    stop.stop();
    assertThat(deadline.isOver()).isTrue();
  }
}
