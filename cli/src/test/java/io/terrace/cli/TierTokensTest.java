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
      terrace_plugin_tier{figure="borrowed",tier="nfs"} 2.0
      terrace_plugin_tier{figure="loadedBytes",tier="nfs"} 4.2288E4
      terrace_plugin_tier{figure="loaded",tier="s3"} 1.0
      terrace_plugin_tier{figure="loadedBytes",tier="s3"} 104096.0
      terrace_serve_running 1.0
      """;

  @Test
  void whatIsReusedAndWasNotLoadedComesFromMemory() {
    TierTokens tokens = new TierTokens(100, 256);
    // nfs: two chunks lent whole, and 30,000 bytes behind three headers.
    assertThat(tokens.of(METRICS, List.of("cpu", "nfs", "s3")))
        .containsExactly(
            entry("memory", 10_000L - 812 - 1_000), entry("nfs", 812L), entry("s3", 1_000L));
  }

  @Test
  void noMoreIsLoadedThanIsReused() {
    assertThat(new TierTokens(1, 256).of(METRICS, List.of("cpu", "nfs", "s3")))
        .containsEntry("memory", 0L)
        .containsEntry("nfs", 10_000L)
        .containsEntry("s3", 0L);
    assertThat(new TierTokens(1, 256).of("", List.of("cpu"))).containsEntry("memory", 0L);
  }
}
