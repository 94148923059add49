/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.terrace.sample.Geometry;
import io.terrace.sample.ProgressListener;
import io.terrace.sample.SampleModels;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code terrace bench compare} over real instances with a tiny model. */
@Timeout(300)
final class CompareIT {
  @TempDir private Path folder = Path.of("");

  @Test
  void twoInstancesShareAVolumeAndAnswerAlike() throws IOException {
    Path model =
        SampleModels.write(folder.resolve("tiny"), Geometry.tiny(), 7, ProgressListener.NONE);
    Path output = folder.resolve("out");
    CommandRun run =
        CommandRun.of(
            "bench",
            "compare",
            "--model=" + model,
            "--setups=alone,cpu+nfs",
            "--user-history-prompt=100",
            "--shared-system-prompt=100",
            "--num-users=3",
            "--num-rounds=4",
            "--qps=6",
            "--answer-len=4",
            "--time=2",
            "--output=" + output);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).contains("each question had one answer", "compare.html");
    JsonNode rows =
        new ObjectMapper().readTree(output.resolve("compare.json").toFile()).get("rows");
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).get("hitTokens").asLong()).as("alone").isZero();
    assertThat(rows.get(1).get("hitTokens").asLong()).as("of %s", rows.get(1)).isPositive();
    assertThat(rows.findValues("failures")).allMatch(failures -> failures.asInt() == 0);
  }
}
