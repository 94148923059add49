/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TerminalTest {
  /** Tests run with pipes, as whoever writes to a file or starts the command from a script. */
  @Test
  void withPipesNobodyIsThereAndNobodyAgrees() {
    Terminal terminal = Terminal.ofThisProcess();
    assertThat(terminal.isThere()).isFalse();
    assertThat(terminal.confirms("Really?")).isFalse();
  }
}
