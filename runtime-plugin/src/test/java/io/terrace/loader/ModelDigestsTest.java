/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelDigestsTest {
  private static final FileTime TIME = FileTime.from(Instant.parse("2026-01-02T03:04:05Z"));

  @TempDir Path folder;

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final PluginLog log = new PluginLog(new PrintStream(said, true, StandardCharsets.UTF_8));

  @BeforeEach
  void makeModel() throws IOException {
    Files.createDirectories(model());
    write("config.json", "{}");
    write("model.safetensors", "weights");
    write("tokenizer.json", "tokens");
  }

  private Path model() {
    return folder.resolve("model");
  }

  private ModelDigests digests() {
    return new ModelDigests(folder.resolve("cache"), (name, work) -> work.run(), log);
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(model().resolve(name), content);
    Files.setLastModifiedTime(model().resolve(name), TIME);
  }

  @Test
  void dependsOnWeightsAndConfigurationAndNothingElse() throws IOException {
    byte[] before = digests().digestNow(model());
    write("tokenizer.json", "other tokens");
    assertThat(digests().digestNow(model())).isEqualTo(before);
    write("config.json", "{\"a\":1}");
    byte[] configured = digests().digestNow(model());
    assertThat(configured).isNotEqualTo(before);
    write("model-2.safetensors", "more weights");
    assertThat(digests().digestNow(model())).isNotEqualTo(configured);
  }

  @Test
  void isTheSameForTheSameFilesElsewhere() throws IOException {
    Path copy = Files.createDirectories(folder.resolve("copy"));
    for (String name : new String[] {"config.json", "model.safetensors"}) {
      Files.copy(model().resolve(name), copy.resolve(name));
    }
    assertThat(digests().digestNow(copy)).isEqualTo(digests().digestNow(model()));
    assertThat(digests().digestNow(copy.resolve("config.json")))
        .isEqualTo(digests().digestNow(model()));
  }

  @Test
  void readsAFileOnceWhileSizeAndTimeStayTheSame() throws IOException {
    byte[] before = digests().digestNow(model());
    write("model.safetensors", "WEIGHTS"); // the same size and time: only a reader would notice
    assertThat(digests().digestNow(model())).isEqualTo(before);
    Files.setLastModifiedTime(
        model().resolve("model.safetensors"), FileTime.from(TIME.toInstant().plusMillis(1)));
    assertThat(digests().digestNow(model())).isNotEqualTo(before);
  }

  @Test
  void doesNotBelieveADamagedMemory() throws IOException {
    byte[] before = digests().digestNow(model());
    try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
      for (Path file : files.toList()) {
        Files.writeString(file, "model.safetensors=7 2026-01-02T03\\:04\\:05Z abc\\u00");
      }
    }
    assertThat(digests().digestNow(model())).isEqualTo(before);
  }

  @Test
  void worksWithoutAPlaceToRemember() throws IOException {
    Files.writeString(folder.resolve("cache"), "a file where the folder should be");
    assertThat(digests().digestNow(model())).hasSize(32);
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("digests of models are not kept");
  }

  @Test
  void tellsWhyThereIsNone() throws IOException {
    Files.delete(model().resolve("config.json"));
    Files.delete(model().resolve("model.safetensors"));
    assertThatThrownBy(() -> digests().digestNow(model())).hasMessageContaining("no weights in");
    digests().digest(model(), digest -> fail("there is none"));
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("stay in this process");
  }

  @Test
  void fingerprintsDifferByWhereFieldsEnd() {
    byte[] one = new Fingerprint("r").add("ab", "c").digest();
    byte[] other = new Fingerprint("r").add("a", "bc").digest();
    assertThat(one).isNotEqualTo(other).hasSize(32);
    assertThat(new Fingerprint("r").add("ab", "c").digest()).isEqualTo(one);
  }
}
