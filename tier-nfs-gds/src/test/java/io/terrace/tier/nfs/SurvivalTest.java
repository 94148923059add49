/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.Deadline;
import io.terrace.spi.WriteResult;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import io.terrace.tier.nfs.io.ReadWay;
import io.terrace.tier.nfs.io.Volume;
import java.io.BufferedReader;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * With mapping off nothing that happens to a volume ends a process that reads it: a file that is
 * cut, a device that fails, an unmount, a server that is gone.
 */
final class SurvivalTest {
  private static final int FAILURES = 5;

  @TempDir private Path temporary;

  private final TestChunk chunk = new TestChunks(1).full(0);

  /** What happens while another process reads. */
  private interface Mishap {
    void happen() throws Exception;
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void aFileThatIsCut(ReadWay way) throws Exception {
    List<String> said =
        readThrough(
            way,
            temporary,
            () -> {
              Path file = new Layout(temporary).file(chunk.key());
              Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
              try (FileChannel cut = FileChannel.open(file, StandardOpenOption.WRITE)) {
                cut.truncate(4096 + 100);
              }
            });
    assertThat(said).isSubsetOf(ChildJvm.DAMAGED, ChildJvm.FAILED);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void aDeviceThatFails(ReadWay way) throws Exception {
    try (Volume volume = Volume.ext4(16)) {
      Path file = new Layout(volume.folder()).file(chunk.key());
      List<String> said = readThrough(way, volume.folder(), () -> volume.breakDevice(file));
      assertThat(said).containsOnly(ChildJvm.FAILED);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void aVolumeThatIsUnmounted(ReadWay way) throws Exception {
    Volume volume = Volume.ext4(16);
    try {
      List<String> said = readThrough(way, volume.folder(), volume::takeAwayInUse);
      assertThat(said).isSubsetOf(ChildJvm.FAILED, ChildJvm.ABSENT);
    } finally {
      volume.remove();
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void aServerThatIsGone(ReadWay way) throws Exception {
    try (Volume volume = Volume.fuse()) {
      List<String> said = readThrough(way, volume.folder(), volume::killServer);
      assertThat(said).containsOnly(ChildJvm.FAILED);
    }
  }

  /**
   * How reads went after a mishap that came while they succeeded.
   *
   * @return one word for each that did not bring the whole chunk
   */
  private List<String> readThrough(ReadWay way, Path root, Mishap mishap) throws Exception {
    Ways.require(way, root);
    try (NfsTier tier = Opened.at(root).map(MapMode.ON).tier()) { // another one might map it
      assertThat(tier.write(chunk.bytes(), Deadline.after(Duration.ofSeconds(60))))
          .isEqualTo(WriteResult.STORED);
    }
    Process reader = ChildJvm.start("read", root, FAILURES, way);
    try (BufferedReader said = ChildJvm.said(reader)) {
      assertThat(said.readLine()).isEqualTo(ChildJvm.WHOLE);
      mishap.happen();
      List<String> others = new ArrayList<>();
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        if (!line.equals(ChildJvm.WHOLE)) {
          others.add(line);
        }
      }
      assertThat(reader.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(reader.exitValue()).isZero();
      assertThat(others).hasSize(FAILURES);
      return others;
    } finally {
      reader.destroyForcibly();
    }
  }
}
