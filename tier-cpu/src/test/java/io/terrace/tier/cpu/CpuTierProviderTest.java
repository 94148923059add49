/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.KvTier;
import io.terrace.spi.config.ConfigException;
import io.terrace.spi.config.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users write for the tier. */
final class CpuTierProviderTest {
  private final CpuTierProvider provider = new CpuTierProvider();

  private KvTier open(String policy) {
    Settings settings = Settings.of(provider.options(), Map.of("eviction", policy));
    return provider.open(settings, new RecordingContext());
  }

  @ParameterizedTest
  @ValueSource(strings = {"lru", "hit-density"})
  void policiesHaveNames(String name) {
    try (KvTier tier = open(name)) {
      assertThat(tier.capabilities().retainsPages()).isTrue();
    }
  }

  @Test
  void aPolicyThatIsNotThereIsRefusedWithThoseThatAre() {
    assertThatThrownBy(() -> open("mru"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll("eviction", "'mru'", "hit-density, lru");
  }
}
