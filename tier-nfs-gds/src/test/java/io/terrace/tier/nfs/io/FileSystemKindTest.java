/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.terrace.tier.nfs.io.FileSystemKind.Mapping;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileSystemKindTest {
  @BeforeEach
  void onLinux() {
    assumeTrue(Posix.absence().isEmpty(), () -> "skipped: " + Posix.absence());
  }

  @Test
  void tmpfsIsMappedByDefault() throws Exception {
    try (Volume volume = Volume.tmpfs()) {
      assertThat(FileSystemKind.of(volume.folder()))
          .isEqualTo(new FileSystemKind("tmpfs", Mapping.BY_DEFAULT));
    }
  }

  @Test
  void ext4MayBeMapped() throws Exception {
    try (Volume volume = Volume.ext4(16)) {
      assertThat(FileSystemKind.of(volume.folder()))
          .isEqualTo(new FileSystemKind("ext", Mapping.ALLOWED));
    }
  }

  @Test
  void fuseIsNotMapped() throws Exception {
    try (Volume volume = Volume.fuse()) {
      assertThat(FileSystemKind.of(volume.folder()))
          .isEqualTo(new FileSystemKind("fuse", Mapping.REFUSED));
    }
  }

  @Test
  void whatHasServersBehindItOrIsUnknownIsNotMapped() {
    assertThat(FileSystemKind.of(0x6969)).isEqualTo(new FileSystemKind("nfs", Mapping.REFUSED));
    assertThat(FileSystemKind.of(0xFF534D42))
        .isEqualTo(new FileSystemKind("cifs", Mapping.REFUSED));
    assertThat(FileSystemKind.of(0x794C7630).mapping()).isEqualTo(Mapping.REFUSED);
    assertThat(FileSystemKind.of(0x1234ABCD))
        .isEqualTo(new FileSystemKind("0x1234abcd", Mapping.REFUSED));
  }

  @Test
  void aMissingFolderIsNamed(@TempDir Path folder) {
    assertThatThrownBy(() -> FileSystemKind.of(folder.resolve("gone")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("gone")
        .hasMessageContaining("statfs: No such file or directory (ENOENT)");
  }
}
