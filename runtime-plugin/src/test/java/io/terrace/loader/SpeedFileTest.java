/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.engine.Speeds;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SpeedFileTest {
  private static final Speeds.OfTier TIER = new Speeds.OfTier(2e7, 1.5, Double.NaN);
  private static final Speeds.OfModel MODEL = new Speeds.OfModel(5e6, 700);

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final Path folder;
  private final Path path;
  private final SpeedFile file;

  SpeedFileTest(@TempDir Path folder) {
    this.folder = folder.resolve("new");
    path = this.folder.resolve("speeds.properties");
    file = new SpeedFile(path, new PluginLog(new PrintStream(said, true, StandardCharsets.UTF_8)));
  }

  @Test
  void whatIsWrittenIsReadAndOthersStay() {
    assertThat(file.read()).isEqualTo(Speeds.NONE);
    file.write(new Speeds(Map.of("s3", TIER), Map.of("abc", MODEL)));
    file.write(new Speeds(Map.of("nfs", TIER), Map.of()));
    assertThat(file.read())
        .isEqualTo(new Speeds(Map.of("s3", TIER, "nfs", TIER), Map.of("abc", MODEL)));
    assertThat(folder.toFile().list()).containsExactly("speeds.properties");
    assertThat(said.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void whatMakesNoSenseIsLeftOut() throws IOException {
    file.write(new Speeds(Map.of("s3", TIER), Map.of("abc", MODEL)));
    String lines =
        """
        tier.a = 1 2
        tier.b = 1 2 fast
        tier.c = -1 2 3
        model.d = Infinity 1
        model.e =
        other = 1 2
        """;
    Files.writeString(path, Files.readString(path) + lines);
    assertThat(file.read()).isEqualTo(new Speeds(Map.of("s3", TIER), Map.of("abc", MODEL)));
    Files.writeString(path, "\\u12");
    assertThat(file.read()).isEqualTo(Speeds.NONE);
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("cannot read " + path);
  }
}
