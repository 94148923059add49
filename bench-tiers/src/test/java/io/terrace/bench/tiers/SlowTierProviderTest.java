/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.bench.tiers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.Capabilities;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.KvTierProvider;
import io.terrace.spi.config.ConfigException;
import io.terrace.spi.config.Settings;
import io.terrace.spi.kit.RecordingContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SlowTierProviderTest {
  private static final String SERVICE = "META-INF/services/" + KvTierProvider.class.getName();

  @TempDir private static Path folder = Path.of("");

  private final SlowTierProvider provider = new SlowTierProvider();

  @BeforeAll
  static void jarOfTestTier() throws IOException {
    String name = TestTierProvider.class.getName();
    try (JarOutputStream jar =
        new JarOutputStream(Files.newOutputStream(folder.resolve("tier.jar")))) {
      jar.putNextEntry(new JarEntry(SERVICE));
      jar.write(name.getBytes(StandardCharsets.UTF_8));
      for (String suffix : new String[] {"", "$1"}) {
        String entry = name.replace('.', '/') + suffix + ".class";
        jar.putNextEntry(new JarEntry(entry));
        try (InputStream in = TestTierProvider.class.getResourceAsStream("/" + entry)) {
          jar.write(in == null ? new byte[0] : in.readAllBytes());
        }
      }
    }
  }

  private KvTier open(String... more) {
    Map<String, String> written = new HashMap<>(Map.of("of", "test", "jars", folder.toString()));
    for (String one : more) {
      written.put(one.substring(0, one.indexOf(':')), one.substring(one.indexOf(':') + 1));
    }
    return provider.open(Settings.of(provider.options(), written), new RecordingContext());
  }

  @Test
  void isFoundByItsType() {
    assertThat(ServiceLoader.load(KvTierProvider.class).stream())
        .anyMatch(found -> found.get().type().equals("slow"));
  }

  @Test
  void opensTheTierOfTheFolderWithItsOwnSettingsAndLoader() throws Exception {
    try (KvTier tier = open("settings:word=hello")) {
      assertThat(tier.examine(Deadline.NEVER).getFirst().text())
          .isEqualTo("hello by wrapped-test, wrapped-test");
      assertThat(tier.capabilities())
          .isEqualTo(Capabilities.sharedStore().withConcurrency(7).withAlignment(512));
    }
    assertThat(Thread.currentThread().getContextClassLoader())
        .isEqualTo(SlowTierProviderTest.class.getClassLoader());
  }

  @Test
  void aTypeThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> open("of:nfs"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("of")
        .hasMessageContaining("nfs")
        .hasMessageContaining("it has [test]");
  }

  @Test
  void aFolderThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> open("jars:" + folder.resolve("none")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("a folder that can be read");
  }

  @Test
  void settingsOfTheInnerTierAreChecked() {
    assertThatThrownBy(() -> open("settings:world=hello"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("did you mean 'word'?");
    assertThatThrownBy(() -> open("settings:hello"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("entries of the form name=value");
  }

  @Test
  void aTierThatKeepsPagesIsRefused() {
    assertThatThrownBy(() -> open("settings:pages=true"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("not one that keeps pages");
  }

  @Test
  void noBandwidthIsRefused() {
    assertThatThrownBy(() -> open("bandwidth:0"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("bandwidth")
        .hasMessageContaining("at least 1kB");
  }
}
