/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TierTokensTest {
  private static final String METRICS =
      """
      # HELP terrace_plugin The attributes of the MBean io.terrace:type=Reuse
      # TYPE terrace_plugin gauge
      terrace_plugin{figure="reused_tokens"} 10000.0
      terrace_plugin{figure="lookups"} 1.0E7
      terrace_plugin_tier{figure="loaded",tier="nfs"} 5.0
      terrace_plugin_tier{figure="reusedTokens",tier="nfs"} 812.0
      terrace_plugin_tier{figure="reusedTokens",tier="s3"} 1.0E3
      terrace_serve_running 1.0
      """;

  @Test
  void whatTheTiersBelowDidNotHaveComesFromMemory() {
    assertThat(TierTokens.of(METRICS, List.of("cpu", "nfs", "s3")))
        .containsExactly(
            entry("memory", 10_000L - 812 - 1_000), entry("nfs", 812L), entry("s3", 1_000L));
  }

  @Test
  void whatIsNotThereIsNothing() {
    assertThat(TierTokens.of("", List.of("cpu", "nfs")))
        .containsExactly(entry("memory", 0L), entry("nfs", 0L));
  }
}
