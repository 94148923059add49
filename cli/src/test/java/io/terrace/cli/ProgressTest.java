/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ProgressTest {
  @Test
  void aTextThatIsTooLongIsCutAndTheSecondsStay() {
    assertThat(Progress.line("loading", 7)).startsWith("loading (7 s) ").hasSize(78);
    assertThat(Progress.line("x".repeat(100), 1234)).hasSize(78).endsWith("xx (1234 s)");
    assertThat(Progress.line("x".repeat(73), 7)).isEqualTo("x".repeat(72) + " (7 s)");
  }
}
