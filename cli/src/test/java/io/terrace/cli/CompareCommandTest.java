/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.sample.Geometry;
import io.terrace.sample.ProgressListener;
import io.terrace.sample.SampleModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a command line is said before anything starts. */
final class CompareCommandTest {
  @TempDir private static Path shared = Path.of("");
  private static Path agent = Path.of("");
  private static Path model = Path.of("");

  @TempDir private Path folder = Path.of("");

  @BeforeAll
  static void makeModel() throws IOException {
    agent = Files.createFile(shared.resolve("agent.jar"));
    model = SampleModels.write(shared.resolve("tiny"), Geometry.tiny(), 7, ProgressListener.NONE);
  }

  private CommandRun compare(String... options) {
    List<String> arguments = new ArrayList<>(List.of("bench", "compare", "--agent=" + agent));
    arguments.add("--model=" + model);
    arguments.add("--output=" + folder.resolve("out"));
    arguments.addAll(List.of(options));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--setups=alone,s3 | --setups=s3 is no set-up: give alone, cpu, nfs, cpu+nfs, cpu+s3, all",
        "--user-history-prompt=5,-1 | --user-history-prompt=-1 is out of range: give 0 to",
        "--num-users=0 | --num-users=0 is out of range: give 1 to",
        "--num-rounds=1 | --num-rounds=1 is out of range: give 2 to",
        "--qps=-1 | --qps=-1.0 is out of range: give more than 0",
        "--answer-len=0 | --answer-len=0 is out of range: give 1 to",
        "--time=0 | --time=0 is out of range: give at least 1",
        "--concurrency=65 | --concurrency=65 is out of range: give 1 to 64",
        "--preset=huge | --preset",
        "--s3-endpoint=http://a:1 | --s3-endpoint=http://a:1 needs --s3-bucket",
        "--nfs=/nowhere | --nfs=/nowhere is no folder that can be written",
      })
  void whatCannotBeUsedIsNamedWithWhatIsAllowed(String option, String message) {
    CommandRun run = compare(option);
    assertThat(run.status()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains(message).doesNotContain("\tat ");
  }

  @Test
  void aFolderOfAnotherComparisonIsRefusedByWhatDiffers() {
    assertThat(compare("--nfs=/nowhere", "--qps=3").err()).contains("--nfs=/nowhere is no folder");
    CommandRun other = compare("--nfs=/nowhere", "--qps=4");
    assertThat(other.status()).isEqualTo(2);
    assertThat(other.err())
        .contains("it holds a comparison with --qps=3.0, and this one has --qps=4.0")
        .contains("--restart");
    assertThat(compare("--nfs=/nowhere", "--qps=4", "--restart").err())
        .contains("--nfs=/nowhere is no folder");
  }
}
