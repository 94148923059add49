/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * The kernels that are shipped are those whose source lies beside it. {@code
 * -Dterrace.test.nvrtc=FILE} names a libnvrtc, and {@code -Dterrace.test.updatePtx=true} has it
 * write {@code kernels.ptx} anew.
 */
final class PtxTest {
  private static final String SOURCE = "kernels.cu";
  private static final Path RESOURCES =
      Path.of("src", "main", "resources", "io", "terrace", "device", "cuda");

  private static String resource(String name) throws IOException {
    try (InputStream in = Kernels.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  /** The first line of what was made of a source. */
  private static String stamp(String source) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] hash = digest.digest(source.getBytes(StandardCharsets.US_ASCII));
      String options = String.join(" ", Nvrtc.OPTIONS);
      return "// Of kernels.cu with " + options + ", SHA-256 " + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void isThatOfItsSource() throws IOException {
    assertThat(resource(Kernels.PTX).lines().findFirst())
        .as("made by PtxTest with -Dterrace.test.updatePtx=true")
        .contains(stamp(resource(SOURCE)));
  }

  @Test
  void isWhatTheCompilerMakesOfTheSource() throws IOException {
    String library = System.getProperty("terrace.test.nvrtc", "");
    assumeTrue(!library.isEmpty(), "skipped: no libnvrtc is named by -Dterrace.test.nvrtc");
    String source = resource(SOURCE);
    String made = stamp(source) + "\n" + new Nvrtc(Path.of(library)).compile(SOURCE, source);
    if (Boolean.getBoolean("terrace.test.updatePtx")) {
      Files.writeString(RESOURCES.resolve(Kernels.PTX), made);
    } else {
      assertThat(resource(Kernels.PTX)).isEqualTo(made);
    }
  }
}
