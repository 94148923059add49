/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TierSpeedTest {
  private static final long MS = 1_000_000;

  private final TierSpeed speed = new TierSpeed();

  @Test
  void tellsLatencyFromTransfer() {
    assertThat(speed.isMeasured()).isFalse();
    speed.delivered(0, 20 * MS, 120 * MS, 10_000);
    assertThat(speed.isMeasured()).isTrue();
    assertThat(speed.latencyNanos()).isEqualTo(20.0 * MS);
    assertThat(speed.transferNanos(20_000)).isCloseTo(200.0 * MS, within(1.0));
  }

  /** Two calls that share a tier take as long as one of both their bytes. */
  @Test
  void timeCountsOnceForCallsBesideEachOther() {
    speed.delivered(0, 0, 100 * MS, 10_000);
    speed.delivered(0, 0, 200 * MS, 10_000);
    assertThat(speed.transferNanos(10_000)).isCloseTo(100.0 * MS, within(1.0));
  }

  /** Calls that share a tier evenly end together: the second one is not a very fast one. */
  @Test
  void callsThatEndTogetherTakeTheTimeOfBoth() {
    for (long begun = 0; begun < 30_000 * MS; begun += 1000 * MS) {
      speed.delivered(begun, begun + 20 * MS, begun + 220 * MS, 10_000);
      speed.delivered(begun + MS, begun + 21 * MS, begun + 221 * MS, 10_000);
    }
    assertThat(speed.transferNanos(20_000)).isCloseTo(201.0 * MS, within(1.0 * MS));
  }

  /** Under load there is always a call, and what was measured long ago counts less all the same. */
  @Test
  void callsThatAlwaysOverlapAreMeasuredAnewNowAndThen() {
    for (long i = 0; i < 40; i++) {
      speed.delivered(i * 100 * MS, i * 100 * MS, (i + 2) * 100 * MS, 10_000);
    }
    for (long i = 40; i < 400; i++) { // half as fast
      speed.delivered(i * 100 * MS, i * 100 * MS, (i + 2) * 100 * MS, 5_000);
    }
    assertThat(speed.transferNanos(10_000)).isCloseTo(200.0 * MS, within(20.0 * MS));
  }

  @Test
  void newerCallsCountMore() {
    speed.delivered(0, 10 * MS, 10 * MS, 1);
    for (long begun = 1000 * MS; begun < 30_000 * MS; begun += 1000 * MS) {
      speed.delivered(begun, begun + 2 * MS, begun + 3 * MS, 1);
    }
    assertThat(speed.latencyNanos()).isCloseTo(2.0 * MS, within(0.1 * MS));
  }

  /** The first calls run code that is not compiled yet. */
  @Test
  void fasterCallsCountMoreThanSlowerOnes() {
    speed.delivered(0, 80 * MS, 80 * MS, 1);
    speed.delivered(0, 40 * MS, 40 * MS, 1);
    assertThat(speed.latencyNanos()).isEqualTo(60.0 * MS);
    speed.delivered(0, 100 * MS, 100 * MS, 1);
    assertThat(speed.latencyNanos()).isEqualTo(70.0 * MS);
  }

  @Test
  void aTierThatNeverHasAnythingIsTrustedWithLessAndLess() {
    double first = speed.hitShare();
    for (int i = 0; i < 20; i++) {
      speed.sought(false);
    }
    assertThat(speed.hitShare()).isLessThan(0.005).isLessThan(first);
    speed.sought(true);
    assertThat(speed.hitShare()).isGreaterThan(0.2);
  }

  @ParameterizedTest
  @CsvSource({"0.25, 25", "2, 25", "20, 2"})
  void aTierThatNeverHasAnythingIsAskedNowAndThenWhereComputingTakesLittle(
      double probeMillis, long asked) {
    speed.probed((long) (probeMillis * MS));
    assertThat(questions(20, 50.0 * MS)).as("while it may have something").isEqualTo(20);
    for (int i = 0; i < 40; i++) {
      speed.sought(false);
    }
    assertThat(questions(100, 50.0 * MS)).as("half a percent of the time").isEqualTo(asked);
    assertThat(questions(100, 2_000.0 * MS)).isEqualTo(100);
    speed.sought(true);
    assertThat(questions(100, 50.0 * MS)).isEqualTo(100);
  }

  private long questions(int prompts, double computeNanos) {
    return IntStream.range(0, prompts).filter(i -> speed.isWorthAsking(computeNanos)).count();
  }
}
