/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ReadPathProbeTest {
  private static final Deadline SOON = Deadline.after(Duration.ofMinutes(1));

  @TempDir private Path folder;

  private static ReadPaths.Trial works(ReadWay way, long speed) {
    return ReadPaths.Trial.works(way, speed);
  }

  private static ReadPaths choose(ReadWay wanted, long channel, long direct, long uring) {
    List<ReadPaths.Trial> trials =
        List.of(
            works(ReadWay.CHANNEL, channel),
            direct > 0
                ? works(ReadWay.DIRECT, direct)
                : ReadPaths.Trial.refused(ReadWay.DIRECT, "open: Invalid argument (EINVAL)"),
            uring > 0
                ? works(ReadWay.URING, uring)
                : ReadPaths.Trial.refused(ReadWay.URING, "io_uring_setup: (ENOSYS)"));
    return ReadPaths.choose(wanted, trials, direct > 0, 8);
  }

  @ParameterizedTest
  @EnumSource(ReadWay.class)
  void whatIsChosenReadsAndLeavesNothing(ReadWay wanted) throws IOException {
    ReadPaths found = ReadPathProbe.run(folder, wanted, 8, SOON);
    assertThat(found.trials())
        .extracting(ReadPaths.Trial::way)
        .containsExactly(ReadWay.CHANNEL, ReadWay.DIRECT, ReadWay.URING);
    assertThat(found.chosen()).isNotEqualTo(ReadWay.AUTO);
    assertThat(found.trials())
        .filteredOn(trial -> trial.way() == found.chosen())
        .allMatch(trial -> trial.works() && trial.megabytesPerSecond() > 0);
    Path file = Files.write(folder.resolve("file"), new byte[10]);
    try (ReadPath path = found.open();
        ReadableFile open = path.open(file)) {
      assertThat(path.word()).isEqualTo(found.chosen().word());
      assertThat(open.size()).isEqualTo(10);
    }
    Files.delete(file);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void directIsTakenUnlessItIsMuchSlowerAndARingOnlyIfItIsFaster() {
    assertThat(choose(ReadWay.AUTO, 1000, 850, 900).chosen()).isEqualTo(ReadWay.DIRECT);
    assertThat(choose(ReadWay.AUTO, 1000, 500, 700).chosen()).isEqualTo(ReadWay.CHANNEL);
    assertThat(choose(ReadWay.AUTO, 1000, 850, 1000).chosen()).isEqualTo(ReadWay.URING);
    assertThat(choose(ReadWay.AUTO, 1000, 500, 900).chosen()).isEqualTo(ReadWay.URING);
    assertThat(choose(ReadWay.AUTO, 1000, 0, 0).chosen()).isEqualTo(ReadWay.CHANNEL);
  }

  @Test
  void aSettingIsFollowedIfItWorks() {
    ReadPaths found = choose(ReadWay.URING, 1000, 2000, 10);
    assertThat(found.chosen()).isEqualTo(ReadWay.URING);
    assertThat(found.reason()).isEqualTo("as set");
    assertThat(choose(ReadWay.CHANNEL, 10, 2000, 2000).chosen()).isEqualTo(ReadWay.CHANNEL);
  }

  @Test
  void aSettingThatDoesNotWorkIsSaidAndReplaced() {
    ReadPaths found = choose(ReadWay.URING, 1000, 2000, 0);
    assertThat(found.chosen()).isEqualTo(ReadWay.DIRECT);
    assertThat(found)
        .hasToString(
            "read by direct (instead of uring, which is set but does not work here), written by"
                + " direct; channel works (about 1,000 MB/s); direct works (about 2,000 MB/s);"
                + " uring refused: io_uring_setup: (ENOSYS)");
    assertThat(choose(ReadWay.DIRECT, 1000, 0, 0).chosen()).isEqualTo(ReadWay.CHANNEL);
  }

  @ParameterizedTest
  @EnumSource(ReadWay.class)
  void aFileSystemWithoutDirectIoIsReadAndWrittenByChannel(ReadWay wanted) throws Exception {
    try (Volume volume = Volume.ramfs()) {
      ReadPaths found = ReadPathProbe.run(volume.folder(), wanted, 8, SOON);
      assertThat(found.chosen()).isEqualTo(ReadWay.CHANNEL);
      assertThat(found.directWrites()).isFalse();
      assertThat(found.toString())
          .contains("written by channel", "direct refused: ", "Invalid argument (EINVAL)");
    }
  }

  @Test
  void aFolderThatCannotBeWrittenIsReadByChannel() {
    ReadPaths found = ReadPathProbe.run(folder.resolve("gone"), ReadWay.DIRECT, 8, SOON);
    assertThat(found.chosen()).isEqualTo(ReadWay.CHANNEL);
    assertThat(found.directWrites()).isFalse();
    assertThat(found)
        .hasToString(
            "read by channel (instead of direct, which is set: no way was tried, since no file could"
                + " be written: no such file or folder), written by channel");
  }

  @Test
  void aRingThatTheKernelRefusesIsSaid() {
    ReadPaths found = ReadPathProbe.run(folder, ReadWay.URING, 100_000, SOON);
    assertThat(found.chosen()).isNotEqualTo(ReadWay.URING);
    assertThat(found.reason()).startsWith("instead of uring");
    assertThat(found.toString()).contains("uring refused: io_uring_setup: ");
  }

  @Test
  void aDeadlineThatIsOverLeavesTheChannelAndNothingElse() throws IOException {
    Deadline over = Deadline.after(Duration.ZERO);
    ReadPaths found = ReadPathProbe.run(folder, ReadWay.AUTO, 8, over);
    assertThat(found.chosen()).isEqualTo(ReadWay.CHANNEL);
    assertThat(found.toString()).contains("the deadline passed");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }
}
