/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with the command line of {@code terrace bench soak}; nothing is started. */
final class SoakCommandTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--minutes=0.05 | --minutes=0.05 is out of range: give 0.1 to 10000",
        "--minutes=NaN | --minutes=NaN is out of range: give 0.1 to 10000",
        "--threads=0 | --threads=0 is out of range: give 1 to 64",
        "--threads=65 | --threads=65 is out of range: give 1 to 64",
        "--seed=x | Invalid value for option '--seed'",
        "--json=/no/such/folder/file | --json=/no/such/folder/file cannot be written",
      })
  void refusesWhatIsOutOfRange(String option, String message) {
    CommandRun run = CommandRun.of("bench", "soak", option);
    assertThat(run.status()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains(message).doesNotContain("\tat ");
  }
}
