/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VolumeCommandTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void measuresTheTierAndLeavesNothingBehind() throws IOException {
    Path root = Files.createDirectory(folder.resolve("volume"));
    Path json = folder.resolve("figures.json");
    CommandRun run =
        CommandRun.of(
            "bench",
            "volume",
            "--root=" + root,
            "--chunk-mib=1,2",
            "--depth=1,3",
            "--rounds=2",
            "--round-mib=6",
            "--many=300",
            "--set=sync=none",
            "--json=" + json);
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("300 chunks: opened in");
    assertThat(root).isEmptyDirectory();
    JsonNode figures = new ObjectMapper().readTree(json.toFile());
    assertThat(figures.path("moved")).hasSize(4);
    for (JsonNode moved : figures.path("moved")) {
      assertThat(moved.path("writeBytesPerSecond").asDouble()).isPositive();
      assertThat(moved.path("readBytesPerSecond").asDouble()).isPositive();
      assertThat(moved.path("readRatio").isNumber()).isEqualTo(Fio.version() != null);
    }
    // 2 sizes, 2 depths, 3 rounds with the one that warms up; 16 of each size to be borrowed.
    long chunks = 3 * (6 + 3 * 2 + 3 + 3 * 2) + 2 * 16;
    assertThat(figures.at("/counters/write.chunks").asLong()).isEqualTo(chunks);
    assertThat(figures.at("/many/chunks").asInt()).isEqualTo(300);
    assertThat(figures.at("/many/presentMicros").asDouble()).isPositive();
  }

  @Test
  void refusesWhatItCannotMeasure() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertRefused("a root that is a file", "--root=" + file, "--root=" + file + ":");
    Path absent = folder.resolve("absent");
    assertRefused("no root", "--root=" + absent, "there is no such file or folder");
    assertRefused("no depth", "--root=" + folder, "--depth=0 is out of range", "--depth=0");
    assertRefused("no chunk", "--root=" + folder, "--chunk-mib=0", "--chunk-mib=0");
    assertRefused("no such option", "--root=" + folder, "tiers.nfs.reed", "--set", "reed=direct");
    assertThat(folder).isDirectoryNotContaining("glob:**terrace-bench-*");
  }

  private static void assertRefused(String what, String root, String reason, String... more) {
    String[] arguments = new String[3 + more.length];
    arguments[0] = "bench";
    arguments[1] = "volume";
    arguments[2] = root;
    System.arraycopy(more, 0, arguments, 3, more.length);
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.status()).as(what).isEqualTo(2);
    assertThat(run.err()).as(what).contains(reason);
  }
}
