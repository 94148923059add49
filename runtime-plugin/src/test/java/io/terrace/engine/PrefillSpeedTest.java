/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class PrefillSpeedTest {
  private final PrefillSpeed speed = new PrefillSpeed();

  private static double model(int from, int to) {
    return (to - from) * (5e6 + 700.0 * (from + to) / 2);
  }

  private void pass(int from, int to) {
    speed.measured(from, to, (long) model(from, to));
  }

  @Test
  void learnsWhatATokenCostsAndWhatThePositionsBeforeItCost() {
    assertThat(speed.isMeasured()).isFalse();
    for (int from = 0; from < 2048; from += 256) {
      pass(from, from + 256);
    }
    assertThat(speed.isMeasured()).isTrue();
    assertThat(speed.nanos(0, 256)).isCloseTo(model(0, 256), within(model(0, 256) / 100));
    assertThat(speed.nanos(8000, 8100))
        .isCloseTo(model(8000, 8100), within(model(8000, 8100) / 100));
  }

  @Test
  void passesOfOneKindGiveTheirMean() {
    speed.measured(0, 256, 256_000_000);
    assertThat(speed.nanos(0, 256)).isCloseTo(256e6, within(1e3));
    assertThat(speed.nanos(256, 512)).isCloseTo(256e6, within(1e3));
    assertThat(speed.nanos(9, 9)).isZero();
  }

  @Test
  void forgetsHowItWas() {
    for (int i = 0; i < 40; i++) {
      speed.measured(0, 256, 2_560_000_000L); // as long as the compiler has not done its work
    }
    for (int i = 0; i < 8; i++) {
      speed.measured(0, 256, 256_000_000);
    }
    assertThat(speed.nanos(0, 256)).isCloseTo(256e6, within(80e6));
  }

  @Test
  void aNeighbourIsNotTakenForTheRule() {
    for (int i = 0; i < 40; i++) {
      speed.measured(0, 256, 256_000_000);
    }
    for (int i = 0; i < 3; i++) {
      speed.measured(0, 256, 512_000_000);
    }
    assertThat(speed.nanos(0, 256)).isBetween(260e6, 310e6);
  }

  @Test
  void whatIsRememberedHoldsAgainstAFewOddPasses() {
    speed.remember(new Speeds.OfModel(5e6, 700));
    assertThat(speed.figures().perToken()).isCloseTo(5e6, within(1e3));
    assertThat(speed.figures().perTokenAndDepth()).isCloseTo(700, within(1.0));
    speed.measured(0, 8, 1);
    assertThat(speed.nanos(0, 256)).isCloseTo(model(0, 256), within(model(0, 256) / 10));
  }
}
