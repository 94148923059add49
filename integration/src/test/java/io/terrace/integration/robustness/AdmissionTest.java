/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.integration.robustness.ChildJvm.Result;
import io.terrace.integration.robustness.program.Volumes;
import io.terrace.sample.Geometry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An unmodified Jlama over volumes of which some do not take every chunk. */
@Tag("processes")
final class AdmissionTest {
  private static final List<String> VOLUMES = List.of("all", "again", "long");
  private static final int KEY_DIGITS = 64;

  @TempDir private Path folder = Path.of("");

  private Result run(String... prompts) throws Exception {
    Home home = Home.in(folder);
    TierJar.installNfsTier(home.tier("nfs"));
    ChildJvm process =
        ChildJvm.of(Volumes.class)
            .agent(home.agent())
            .properties(
                "terrace.chunkTokens", "32",
                "terrace.stack", "cpu," + String.join(",", VOLUMES),
                "terrace.cache.folder", folder.resolve("cache").toString(),
                "terrace.tiers.again.admission", "second-use",
                "terrace.tiers.long.minTokens", "200");
    for (String volume : VOLUMES) {
      process.properties(
          "terrace.tiers." + volume + ".type", "nfs",
          "terrace.tiers." + volume + ".timeout", "60s",
          "terrace.tiers." + volume + ".root",
              Files.createDirectory(folder.resolve(volume)).toString());
    }
    Object[] arguments =
        Stream.concat(
                Stream.of(Models.write(folder, Geometry.tiny()), String.join(",", VOLUMES)),
                Stream.of(prompts))
            .toArray();
    Result run = process.run(arguments);
    assertThat(run.exit()).as("%s", run).isZero();
    assertThat(run.line("failed")).as("%s", run).isEqualTo("0");
    assertThat(run.warnings()).as("%s", run).isEmpty();
    return run;
  }

  /** Whole chunks of 32, each with a reference to it; no tail is long enough to be stored. */
  @Test
  void aVolumeIsGivenWhatItsSettingsAdmit() throws Exception {
    Result run = run("1:140", "1:140", "1:140", "2:199", "2:260", "3:200");
    assertThat(run.lines("all")).as("%s", run).containsExactly("8", "0", "0", "12", "4", "12");
    assertThat(run.lines("again"))
        .as("when asked a second time, or taken over by a longer prompt: %s", run)
        .containsExactly("0", "8", "0", "0", "12", "0");
    assertThat(run.lines("long"))
        .as("of 200 tokens or more, with the chunks that a shorter one computed: %s", run)
        .containsExactly("0", "0", "0", "0", "16", "12");
    assertThat(chunks("all")).as("with the first one and its reference").isEqualTo(2 + 36);
    assertThat(chunks("again")).isEqualTo(20);
    assertThat(chunks("long")).isEqualTo(28);
  }

  private long chunks(String volume) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve(volume))) {
      return files.filter(file -> file.getFileName().toString().length() == KEY_DIGITS).count();
    }
  }
}
