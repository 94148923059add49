/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.KvTier;
import io.terrace.spi.config.ConfigException;
import io.terrace.spi.config.Settings;
import io.terrace.spi.kit.RecordingContext;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The provider in the README opens its tier, or says what is wrong with its settings. */
final class FolderTierProviderTest {
  @TempDir private Path folder;

  private final FolderTierProvider provider = new FolderTierProvider();

  private KvTier open(Map<String, String> written) {
    return provider.open(Settings.of(provider.options(), written), new RecordingContext());
  }

  @Test
  void opensTheTier() {
    assertThat(provider.type()).isEqualTo("folder");
    try (KvTier tier = open(Map.of("path", folder.toString()))) {
      assertThat(tier).isInstanceOf(FolderTier.class);
    }
  }

  @Test
  void saysWhatIsWrong() {
    assertThatThrownBy(() -> open(Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'path' must be set");
    assertThatThrownBy(() -> open(Map.of("path", folder.resolve("none").toString())))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("a folder that is there");
  }
}
