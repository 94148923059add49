/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code terrace bench replay}, as a user sees it. */
final class ReplayCommandTest {
  private static final String TWICE =
      "{\"timestamp\":1,\"hash_ids\":[1,2]}\n{\"timestamp\":5,\"hash_ids\":[1,2]}\n";

  @TempDir private Path folder;

  private Path trace(String text) throws IOException {
    return Files.writeString(folder.resolve("trace.jsonl"), text);
  }

  private static CommandRun run(Path trace, String... options) {
    List<String> all = new ArrayList<>(List.of("bench", "replay", trace.toString()));
    all.addAll(List.of(options));
    return CommandRun.of(all.toArray(String[]::new));
  }

  @Test
  void printsTheShareThatWasThereByPolicyAndSize() throws IOException {
    Path json = folder.resolve("figures.json");
    CommandRun run = run(trace(TWICE), "--blocks=256,512", "--json=" + json);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("2 requests, 4 blocks wanted, 2 different")
        .containsPattern("blocks +hit-density +lru +w-tinylfu +clairvoyant\n")
        .containsPattern("512 +50\\.00 +50\\.00 +50\\.00 +50\\.00\n");
    assertThat(Files.readString(json))
        .contains("\"rows\"")
        .containsPattern(
            "\"policy\" : \"hit-density\",\\s+\"blocks\" : 256,\\s+\"hitRate\" : 0\\.5");
  }

  @Test
  void namesWhatIsWrong() throws IOException {
    assertBad(run(folder.resolve("none.jsonl")), "none.jsonl cannot be read");
    assertBad(run(trace("nonsense")), "line 1 is no request in JSON");
    Path good = trace(TWICE);
    assertBad(run(good, "--blocks=10"), "--blocks=10 is out of range: give 256 to 16777216");
    assertBad(run(good, "--policies=mru"), "hit-density, lru");
  }

  private static void assertBad(CommandRun run, String message) {
    assertThat(run.status()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains(message).doesNotContain("\tat ");
  }
}
