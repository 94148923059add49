/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GeometryTest {

  @ParameterizedTest
  @CsvSource({
    "0, 128, 4, 2, 256, 512, 2048, layers=0",
    "2, 130, 4, 2, 256, 512, 2048, width=130",
    "2, 128, 3, 1, 256, 512, 2048, heads=3",
    "2, 96, 4, 2, 256, 512, 2048, width / heads=24",
    "2, 128, 4, 3, 256, 512, 2048, kvHeads=3",
    "2, 128, 4, 2, 250, 512, 2048, hidden=250",
    "2, 128, 4, 2, 256, 259, 2048, vocabulary=259",
    "2, 128, 4, 2, 256, 512, 8, contextLength=8",
  })
  void refusesWhatJlamaCannotCompute(
      int layers,
      int width,
      int heads,
      int kvHeads,
      int hidden,
      int vocabulary,
      int context,
      String named) {
    assertThatThrownBy(
            () ->
                new Geometry(
                    Architecture.LLAMA,
                    layers,
                    width,
                    heads,
                    kvHeads,
                    hidden,
                    vocabulary,
                    context,
                    0,
                    0,
                    WeightType.Q4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Geometry." + named)
        .hasMessageContaining("allowed is");
  }

  @Test
  void expertsBelongToMixtral() {
    assertThatThrownBy(() -> experts(Architecture.LLAMA, 4, 2)).hasMessageContaining("experts=4");
    assertThatThrownBy(() -> experts(Architecture.MIXTRAL, 4, 5))
        .hasMessageContaining("expertsPerToken=5");
    assertThat(experts(Architecture.MIXTRAL, 4, 4).experts()).isEqualTo(4);
  }

  private static Geometry experts(Architecture architecture, int experts, int perToken) {
    return new Geometry(
        architecture, 2, 128, 4, 2, 256, 512, 2_048, experts, perToken, WeightType.Q4);
  }

  @Test
  void demoAvoidsBothDefectsOfTheNativeOperations() {
    Geometry demo = Geometry.demo();
    assertThat(IntStream.of(demo.width(), demo.kvLength(), demo.hidden()))
        .allSatisfy(
            rows -> {
              assertThat(rows % 128).isZero();
              assertThat(rows / 128 <= 5 || rows / 128 % 5 == 0).isTrue();
            });
    assertThat(demo.vocabulary() % 128).isZero();
    assertThat(demo.usablePositions()).isEqualTo(8_190);
  }
}
