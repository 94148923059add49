/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.loader.PluginLog;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FirstReuseTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final FirstReuse reuse =
      new FirstReuse("smol", new PluginLog(new PrintStream(out, true, UTF_8)));

  private List<String> lines() {
    return out.toString(UTF_8).lines().toList();
  }

  @Test
  void isToldOnceWithWhatItSavedAtTheSpeedOfAllPromptsSoFar() {
    reuse.computed(100, 150_000_000);
    reuse.computed(300, 650_000_000); // 2 ms a token in all
    reuse.reused(1_000, 900);
    reuse.reused(1_000, 999);
    assertThat(lines())
        .containsExactly(
            "[terrace] INFO smol: first reuse, 900 of 1000 prompt tokens, about 1800 ms of prefill"
                + " at the speed seen so far");
  }

  @Test
  void ofAFewTokensIsNotWorthALine() {
    reuse.reused(40, 31);
    assertThat(lines()).isEmpty();
    reuse.reused(40, 32);
    assertThat(lines()).hasSize(1);
  }

  /** A few tokens take a decode step's time each: prefill is faster. */
  @Test
  void speedIsThatOfPromptsOfSomeLength() {
    reuse.computed(31, 31_000_000_000L);
    reuse.reused(100, 99);
    assertThat(lines())
        .containsExactly("[terrace] INFO smol: first reuse, 99 of 100 prompt tokens");
  }
}
