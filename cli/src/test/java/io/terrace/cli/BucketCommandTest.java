/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with the command line of {@code terrace bench bucket}; no server is started. */
final class BucketCommandTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--chunk-mib=0 | --chunk-mib=0 is out of range: give 1 to 256",
        "--chunk-mib=4,257 | --chunk-mib=257 is out of range: give 1 to 256",
        "--depth=0 | --depth=0 is out of range: give 1 to 256",
        "--rounds=0 | --rounds=0 is out of range: give at least 1",
        "--round-mib=0 | --round-mib=0 is out of range: give at least 1",
        "--tier=nfs:/x | --tier=nfs:/x: give s3, or s3://BUCKET/PREFIX",
        "--s3-endpoint=http://a:1 | --s3-endpoint needs a bucket",
      })
  void refusesWhatIsOutOfRange(String option, String message) {
    CommandRun run = CommandRun.of("bench", "bucket", option);
    assertThat(run.status()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains(message).doesNotContain("\tat ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"doctor", "gc"})
  void anEndpointGoesWithABucketInEveryCommand(String command) {
    CommandRun run = CommandRun.of(command, "--s3-endpoint=http://a:1");
    assertThat(run.status()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains("--s3-endpoint goes with --tier=s3://BUCKET");
  }

  @Test
  void theEndpointIsInTheHelpOfEveryCommandThatTakesABucket() {
    assertThat(Stream.of("demo", "doctor", "gc"))
        .allSatisfy(
            command ->
                assertThat(CommandRun.of(command, "--help").out()).contains("--s3-endpoint"));
    assertThat(CommandRun.of("bench", "bucket", "--help").out()).contains("--s3-endpoint");
  }
}
