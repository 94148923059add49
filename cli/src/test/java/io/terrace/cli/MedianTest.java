/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class MedianTest {
  @Test
  void theOrderOfMeasurementsDoesNotMatter() {
    assertThat(Median.of(List.of(9, 1, 5), n -> n)).isEqualTo(5);
    assertThat(Median.of(List.of(7), n -> n)).isEqualTo(7);
  }

  @Test
  void quantilesAreMeasurements() {
    List<Integer> measured = List.of(40, 10, 30, 20, 50);
    assertThat(Median.quantile(measured, n -> n, 0)).isEqualTo(10);
    assertThat(Median.quantile(measured, n -> n, 0.25)).isEqualTo(20);
    assertThat(Median.quantile(measured, n -> n, 1)).isEqualTo(50);
  }
}
