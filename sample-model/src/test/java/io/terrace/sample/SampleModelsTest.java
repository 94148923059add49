/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SampleModelsTest {

  private static final Geometry TINY = Geometry.tiny();

  @SuppressWarnings("NullAway.Init")
  @TempDir
  private Path root;

  /** A change of this digest is a change of format: raise {@link SampleModels#FORMAT_VERSION}. */
  @Test
  void bytesAreTheSameOnEveryMachine() throws Exception {
    Path folder = SampleModels.write(root.resolve("a/b"), TINY, 1, ProgressListener.NONE);
    assertThat(names(folder))
        .containsExactly(
            "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json");
    assertThat(digest(folder))
        .isEqualTo("8ddd5ffc0aa33324ec06de8588dd4a96d4f5760c52a051cf174d1c5a7663bde2");
  }

  @Test
  void seedAndStorageChangeTheWeights() throws Exception {
    Path one = SampleModels.write(root.resolve("1"), TINY, 1, ProgressListener.NONE);
    Path two = SampleModels.write(root.resolve("2"), TINY, 2, ProgressListener.NONE);
    assertThat(one.resolve("config.json")).hasSameBinaryContentAs(two.resolve("config.json"));
    assertThat(Files.mismatch(one.resolve("model.safetensors"), two.resolve("model.safetensors")))
        .isNotEqualTo(-1);
    Path f32 =
        SampleModels.write(
            root.resolve("3"), TINY.withWeights(WeightType.F32), 1, ProgressListener.NONE);
    assertThat(Files.size(f32.resolve("model.safetensors")))
        .isGreaterThan(3 * Files.size(one.resolve("model.safetensors")));
  }

  @Test
  void progressEndsAtTheLengthOfTheFile() throws Exception {
    List<long[]> calls = new ArrayList<>();
    Path folder =
        SampleModels.write(
            root.resolve("m"),
            Geometry.tinyWide(),
            1,
            (done, total) -> calls.add(new long[] {done, total}));
    long length = Files.size(folder.resolve("model.safetensors"));
    assertThat(calls)
        .hasSizeGreaterThan(3)
        .allSatisfy(call -> assertThat(call[1]).isEqualTo(length));
    assertThat(calls.get(calls.size() - 1)[0]).isEqualTo(length);
    assertThat(calls).isSortedAccordingTo((a, b) -> Long.compare(a[0], b[0]));
  }

  @Test
  void failingListenerLeavesNothing() throws Exception {
    assertThatThrownBy(
            () ->
                SampleModels.write(
                    root.resolve("m"),
                    Geometry.tinyWide(),
                    1,
                    (done, total) -> {
                      throw new UnsupportedOperationException("enough");
                    }))
        .hasMessage("enough");
    assertThat(names(root)).isEmpty();
  }

  @Test
  void interruptLeavesNothing() throws Exception {
    try {
      assertThatThrownBy(
              () ->
                  SampleModels.write(
                      root.resolve("m"),
                      Geometry.tinyWide(),
                      1,
                      (done, total) -> Thread.currentThread().interrupt()))
          .isInstanceOf(ClosedByInterruptException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(names(root)).isEmpty();
  }

  @Test
  void refusesAFolderWithContentAndFillsAnEmptyOne() throws Exception {
    Path folder = Files.createDirectory(root.resolve("m"));
    SampleModels.write(folder, TINY, 1, ProgressListener.NONE);
    assertThatThrownBy(() -> SampleModels.write(folder, TINY, 1, ProgressListener.NONE))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining(folder.toString());
  }

  @Test
  void cachedIsMadeOnce() throws Exception {
    List<Long> calls = new ArrayList<>();
    Path first = SampleModels.cached(root, TINY, 5, (done, total) -> calls.add(done));
    assertThat(calls).isNotEmpty();
    calls.clear();
    assertThat(SampleModels.cached(root, TINY, 5, (done, total) -> calls.add(done)))
        .isEqualTo(first);
    assertThat(calls).isEmpty();
    assertThat(SampleModels.cached(root, TINY, 6, ProgressListener.NONE)).isNotEqualTo(first);
    assertThat(SampleModels.cached(root, TINY.withLayers(1), 5, ProgressListener.NONE))
        .isNotEqualTo(first);
  }

  @Test
  void cachedNamesAFileThatWasCut() throws Exception {
    Path folder = SampleModels.cached(root, TINY, 5, ProgressListener.NONE);
    try (RandomAccessFile file =
        new RandomAccessFile(folder.resolve("model.safetensors").toFile(), "rw")) {
      file.setLength(1_000);
    }
    assertThatThrownBy(() -> SampleModels.cached(root, TINY, 5, ProgressListener.NONE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("has 1000")
        .hasMessageContaining("delete its folder");
  }

  @Test
  void cachedRemovesWhatAKilledProcessLeft() throws Exception {
    String name =
        SampleModels.cached(root, TINY, 5, ProgressListener.NONE).getFileName().toString();
    Files.move(root.resolve(name), root.resolve("elsewhere"));
    Path old = Files.createDirectory(root.resolve("." + name + ".unfinished-1"));
    Files.writeString(old.resolve("config.json"), "{}");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    Path fresh = Files.createDirectory(root.resolve("." + name + ".unfinished-2"));
    SampleModels.cached(root, TINY, 5, ProgressListener.NONE);
    assertThat(names(root)).containsExactly(fresh.getFileName().toString(), "elsewhere", name);
  }

  @Test
  void processesThatRaceGetOneFolder() throws Exception {
    List<Process> children = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      children.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  CachedModelMain.class.getName(),
                  root.toString())
              .inheritIO()
              .start());
    }
    for (Process child : children) {
      assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(child.exitValue()).isZero();
    }
    Path folder = SampleModels.cached(root, Geometry.tinyWide(), 9, ProgressListener.NONE);
    assertThat(names(root)).containsExactly(folder.getFileName().toString());
    assertThat(digest(folder))
        .isEqualTo(
            digest(
                SampleModels.write(
                    root.resolve("again"), Geometry.tinyWide(), 9, ProgressListener.NONE)));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  private static String digest(Path folder) throws IOException, NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (String name : names(folder)) {
      digest.update(Files.readAllBytes(folder.resolve(name)));
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
