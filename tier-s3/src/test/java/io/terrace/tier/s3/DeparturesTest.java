/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.Deadline;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls wait until those before them have sent their requests, and for no answer. */
@Timeout(60)
final class DeparturesTest {
  private static final Duration LONG = Duration.ofMinutes(10);

  @Test
  void aTurnEndsWhenTheRequestLeaves() throws Exception {
    Departures departures = new Departures(1, LONG);
    Progress first = departures.next(TestTiers.inTime());
    try (ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Progress> second = other.submit(() -> departures.next(TestTiers.inTime()));
      Thread.sleep(20);
      assertThat(second.isDone()).isFalse();
      first.sent(); // and is not answered
      second.get().sent();
    }
  }

  @Test
  void aCallThatEndsBeforeItsRequestLeavesGivesItsTurnBackOnce() throws Exception {
    Departures departures = new Departures(1, LONG);
    Progress first = departures.next(TestTiers.inTime());
    first.ended();
    first.ended();
    departures.next(TestTiers.inTime());
    assertThat(waits(departures)).isTrue();
  }

  /** Whether a call that comes now does not get a turn. */
  private static boolean waits(Departures departures) throws InterruptedException {
    Deadline soon = Deadline.after(Duration.ofMillis(300));
    Progress late = departures.next(soon);
    late.ended(); // which had none, so there is none to give back
    return soon.isOver();
  }

  @Test
  void requestsThatDoNotLeaveHoldOthersUpForAMoment() throws Exception {
    Departures departures = new Departures(1, Duration.ofMillis(1));
    departures.next(TestTiers.inTime());
    Progress second = departures.next(TestTiers.inTime());
    assertThat(second.status()).isEqualTo(Progress.NOT_SENT);
    second.sent();
    assertThat(second.status()).isEqualTo(Progress.NOT_ANSWERED);
  }

  @Test
  void aCallWhoseTurnDoesNotComeIsLateAndLeavesNothing() throws Exception {
    Departures departures = new Departures(1, LONG);
    Progress first = departures.next(TestTiers.inTime());
    assertThat(waits(departures)).isTrue();
    first.sent();
    assertThat(waits(departures)).isFalse();
  }
}
