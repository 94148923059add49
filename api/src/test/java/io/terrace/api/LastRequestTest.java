/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LastRequestTest {
  @Test
  void noMoreIsReusedThanThePromptHas() {
    assertThat(new LastRequest(7, 7).reusedTokens()).isEqualTo(7);
    assertThat(new LastRequest(0, 0).promptTokens()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"7, 8", "-1, -1", "7, -1"})
  void refusesWhatCannotBe(int prompt, int reused) {
    assertThatThrownBy(() -> new LastRequest(prompt, reused))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("reusedTokens must be 0 to promptTokens, got " + reused + " of " + prompt);
  }
}
