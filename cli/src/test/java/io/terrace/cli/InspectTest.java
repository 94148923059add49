/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code terrace inspect} on the golden files of the format. */
final class InspectTest {
  private static final Path GOLDEN = Path.of("../spi/src/test/resources/format");

  @TempDir private Path folder = Path.of("");

  private static CommandRun inspect(Object... arguments) {
    String[] words = new String[arguments.length + 1];
    words[0] = "inspect";
    for (int i = 0; i < arguments.length; i++) {
      words[i + 1] = arguments[i].toString();
    }
    return CommandRun.of(words);
  }

  private Path changed(String name, int at) throws IOException {
    byte[] bytes = Files.readAllBytes(GOLDEN.resolve(name));
    bytes[at] ^= 1;
    return Files.write(folder.resolve(name), bytes);
  }

  @Test
  void aSoundChunk() {
    CommandRun run = inspect(GOLDEN.resolve("v1-full.chunk"));
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains("v1-full.chunk: 5,120 bytes", "kind         full", "positions    32", "sound")
        .doesNotContain("tokens");
  }

  @Test
  void tokensAreShownOnRequestOnly() {
    assertThat(inspect(GOLDEN.resolve("v1-tail.chunk"), "--tokens").out())
        .contains("tokens       [3, 10, 31, ");
    assertThat(inspect(GOLDEN.resolve("v1-aes.chunk"), "--tokens").out())
        .contains("tokens       enciphered", "OTHER_SECRET", "not at hand");
  }

  @Test
  void jsonSaysWhichBytesAreWrong() throws IOException {
    CommandRun run = inspect(changed("v1-full.chunk", 4096 + 77), "--json");
    assertThat(run.status()).isEqualTo(1);
    JsonNode found = new ObjectMapper().readTree(run.out()).get(0);
    assertThat(found.get("sound").asBoolean()).isFalse();
    assertThat(found.get("kind").asText()).isEqualTo("full");
    JsonNode fault = found.get("fault");
    assertThat(fault.get("kind").asText()).isEqualTo("payload-damaged");
    assertThat(fault.get("from").asInt()).isEqualTo(4096);
    assertThat(fault.get("to").asInt()).isEqualTo(5120);
  }

  @Test
  void aDamagedHeaderIsNotShown() throws IOException {
    CommandRun run = inspect(changed("v1-full.chunk", 40));
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).contains("NOT USABLE: HEADER_DAMAGED").doesNotContain("fingerprint");
  }

  @Test
  void aFileThatWasCut() throws IOException {
    byte[] bytes = Files.readAllBytes(GOLDEN.resolve("v1-full.chunk"));
    for (int length : new int[] {0, 3, 100, 4095, 5000}) {
      Path file = Files.write(folder.resolve("cut"), Arrays.copyOf(bytes, length));
      CommandRun run = inspect(file);
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.out()).as("%d bytes", length).contains("NOT USABLE: TRUNCATED");
    }
  }

  @Test
  void whatIsNeitherFileNorKey() {
    CommandRun run = inspect("no-such-file");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("'no-such-file' is no file, and no key");
  }

  @Test
  void aKeyThatNoTierHas() {
    CommandRun run = inspect("ab".repeat(32));
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).contains("no tier below memory has the chunk abab");
  }

  @Test
  void aConfigurationThatIsNotThere() {
    CommandRun run = inspect("ab".repeat(32), "--config", folder.resolve("none.yaml"));
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("none.yaml");
  }
}
