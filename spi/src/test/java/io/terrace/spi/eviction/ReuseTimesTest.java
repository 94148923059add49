/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.eviction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** How soon chunks are wanted again, learnt from those that were and those that wait. */
final class ReuseTimesTest {
  private final ReuseTimes times = new ReuseTimes();

  private void waiting(int uses, long millis, int count) {
    for (int i = 0; i < count; i++) {
      times.waiting(uses, millis);
    }
  }

  @Test
  void saysNothingBeforeAnythingWasWantedAgain() {
    times.beginWaiting();
    waiting(1, 5_000, 1_000);
    times.rank();
    assertThat(times.hitsASecond(1, 0)).isZero();
    assertThat(times.hitsASecond(3, 100_000)).isZero();
  }

  /** The same chance in each moment, as atoms decay: one rate, however long it was. */
  @Test
  void aConstantChanceHasOneRate() {
    Random random = new Random(1);
    for (int i = 0; i < 200_000; i++) {
      times.wanted(1, Math.round(-20_000 * Math.log(1 - random.nextDouble())));
    }
    times.beginWaiting();
    times.rank();
    assertThat(times.hitsASecond(1, 0)).isCloseTo(1 / 20.0, within(0.01));
    assertThat(times.hitsASecond(1, 40_000)).isCloseTo(1 / 20.0, within(0.01));
  }

  /** Those that still wait have shown as much as the time that they have waited. */
  @Test
  void whatWaitsCountsAsFarAsItHasCome() {
    for (int i = 0; i < 10_000; i++) {
      times.wanted(1, 1_000);
    }
    times.beginWaiting();
    times.rank();
    double all = times.hitsASecond(1, 500);
    times.beginWaiting();
    waiting(1, 100_000, 30_000);
    times.rank();
    assertThat(times.hitsASecond(1, 500) / all).as("one of four").isBetween(0.1, 0.4);
    times.beginWaiting();
    waiting(1, 10, 30_000);
    times.rank();
    assertThat(times.hitsASecond(1, 500) / all).as("too short to tell").isBetween(0.9, 1.1);
  }

  /** A time at which chunks are wanted is worth more the nearer it is, and nothing when over. */
  @Test
  void theHourThatComesCounts() {
    for (int i = 0; i < 10_000; i++) {
      times.wanted(2, 60_000);
      times.unwanted(2, 200_000);
    }
    times.beginWaiting();
    times.rank();
    double early = times.hitsASecond(2, 1_000);
    double near = times.hitsASecond(2, 50_000);
    double over = times.hitsASecond(2, 150_000);
    assertThat(near).isGreaterThan(2 * early);
    assertThat(early).isPositive();
    assertThat(over).isLessThan(early / 10);
  }

  @Test
  void whatWasWantedOftenIsKnownByItself() {
    for (int i = 0; i < 10_000; i++) {
      times.wanted(5, 10_000);
      times.unwanted(1, 100_000);
    }
    times.beginWaiting();
    times.rank();
    assertThat(times.hitsASecond(5, 1_000)).isGreaterThan(10 * times.hitsASecond(1, 1_000));
    assertThat(times.hitsASecond(500, 1_000)).as("from eight on").isPositive();
  }
}
