/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code terrace gc}. */
final class GcTest {
  @TempDir private Path folder = Path.of("");

  private String config(String... modes) throws IOException {
    StringBuilder stack = new StringBuilder("stack: [cpu");
    StringBuilder tiers = new StringBuilder("]\ntiers:\n");
    for (String mode : modes) {
      stack.append(", ").append(mode);
      tiers
          .append("  " + mode + ":\n    type: stand-in\n    mode: " + mode)
          .append("\n    root: '" + folder + "'\n");
    }
    String yaml = stack.append(tiers).toString();
    return "--config=" + Files.writeString(folder.resolve("terrace.yaml"), yaml);
  }

  @Test
  void saysWhatWasRemoved() throws IOException {
    CommandRun run = CommandRun.of("gc", config("sound", "slow"));
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out().lines())
        .containsExactly(
            "sound: 1,234 chunks removed, 5.0 GiB freed (remains of broken writes included)",
            "slow: nothing to remove");
  }

  @Test
  void aFailureIsToldAndTheOthersCollect() throws IOException {
    CommandRun run = CommandRun.of("gc", config("fails", "breaks", "sound"));
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out())
        .contains("fails: FAILED: the store does not answer", "breaks: FAILED: a fault of its own")
        .contains("sound: 1,234 chunks");
  }

  @Test
  void aTierThatCannotBeClosedIsToldAndTheOthersCollect() throws IOException {
    CommandRun run = CommandRun.of("gc", config("stuck", "sound"));
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out().lines())
        .startsWith("stuck: nothing to remove")
        .anyMatch(line -> line.startsWith("stuck: FAILED: ") && line.contains("its door is stuck"))
        .anyMatch(line -> line.startsWith("sound: 1,234 chunks"));
  }

  @Test
  void json() throws IOException {
    CommandRun run = CommandRun.of("gc", config("sound", "fails"), "--json");
    assertThat(run.status()).isEqualTo(1);
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.get(0).get("chunks").asLong()).isEqualTo(1234);
    assertThat(json.get(0).get("bytes").asLong()).isEqualTo(5L << 30);
    assertThat(json.get(0).has("failure")).isFalse();
    assertThat(json.get(1).get("failure").asText()).isEqualTo("the store does not answer");
  }

  @Test
  void aTierThatCannotBeOpenedIsAFailure() {
    CommandRun run = CommandRun.of("gc", "--tier=stand-in:" + folder.resolve("absent"));
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).contains("stand-in: FAILED: ", "wanted a folder that is there");
  }

  @Test
  void aTierWithoutItsFolderIsToldTheForm() {
    CommandRun run = CommandRun.of("gc", "--tier=stand-in");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out())
        .contains("'tiers.stand-in.root' must be set")
        .contains("or name the folder: --tier stand-in:DIR");
  }

  @Test
  void memoryIsNotCollected() {
    CommandRun run = CommandRun.of("gc", "--tier=cpu");
    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("the stack [cpu] has no tier below memory");
  }

  @Test
  void aConfigurationThatCannotBeUsedIsExplained() throws IOException {
    Path file = Files.writeString(folder.resolve("bad.yaml"), "pool.byte: 1GiB\n");
    CommandRun run = CommandRun.of("gc", "--config=" + file);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("pool.byte");
  }
}
