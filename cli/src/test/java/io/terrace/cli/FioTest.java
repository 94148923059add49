/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FioTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void theReportMayFollowNotes() throws IOException {
    String report =
        """
        fio: this platform does not support something
        {"jobs": [{"read": {"bw_bytes": 0}, "write": {"bw_bytes": 1234567}}]}
        """;
    assertThat(Fio.bytesPerSecond(report, "write")).isEqualTo(1_234_567);
  }

  @Test
  void anOutputWithoutFiguresIsShown() {
    assertThatThrownBy(() -> Fio.bytesPerSecond("fio: out of luck", "read"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("out of luck");
  }

  @Test
  void readsTheFilesThatItWrote() throws IOException {
    assumeTrue(Fio.version() != null, "fio is not installed");
    Fio fio = new Fio(folder, 1, 2, 3, true);
    assertThat(fio.write()).isPositive();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(6).allSatisfy(file -> assertThat(file).hasSize(1 << 20));
    }
    assertThat(fio.read()).isPositive();
  }

  @Test
  void aFailureShowsWhatFioSaid() {
    assumeTrue(Fio.version() != null, "fio is not installed");
    assertThatThrownBy(() -> new Fio(folder.resolve("absent"), 1, 1, 1, false).write())
        .isInstanceOf(CliException.class)
        .hasMessageContaining("absent");
  }
}
