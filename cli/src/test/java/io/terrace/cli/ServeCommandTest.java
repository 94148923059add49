/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused before a server is started. */
final class ServeCommandTest {
  @ParameterizedTest
  @CsvSource({
    "--port=-1, --port=-1 is out of range: give 0 to 65535",
    "--port=65536, --port=65536 is out of range",
    "--queue=0, --queue=0 is out of range: give 1 to 100000",
    "--concurrency=0, --concurrency=0 is out of range: give 1 to 64",
    "--port=http, Invalid value for option '--port'",
    "--config=/no/such/file.yaml, --config=/no/such/file.yaml: there is no such file",
    "--set=no.such.key=1, no.such.key",
    "--set=pool.bytes=much, pool.bytes"
  })
  void isRefusedWithTheReason(String option, String reason) {
    CommandRun run = CommandRun.of("serve", option);
    assertThat(run.status()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).startsWith("terrace: ").contains(reason);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void helpNamesTheOptions() {
    CommandRun run = CommandRun.of("serve", "--help");
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains("--host", "--port", "--queue", "--concurrency", "--config", "--set", "--model");
  }
}
