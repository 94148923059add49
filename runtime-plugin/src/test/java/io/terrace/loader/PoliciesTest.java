/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.EvictionPolicy;
import io.terrace.spi.EvictionPolicyProvider;
import io.terrace.spi.TierContext;
import io.terrace.spi.eviction.HitDensity;
import io.terrace.spi.eviction.LeastRecentlyUsed;
import io.terrace.spi.kit.RecordingContext;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies that are installed as tiers are. */
final class PoliciesTest {
  @TempDir private Path folder;

  private final Recorded said = new Recorded();

  /** What a third party installs. */
  public static final class Newest implements EvictionPolicyProvider {
    @Override
    public String name() {
      return "newest";
    }

    @Override
    public EvictionPolicy open(long capacityBytes) {
      return new LeastRecentlyUsed();
    }
  }

  private TierContext context(String provider) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(services.resolve(EvictionPolicyProvider.class.getName()), provider + "\n");
    ClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, PoliciesTest.class.getClassLoader());
    return Policies.of(List.of(loader), said.log()).with(new RecordingContext());
  }

  @Test
  void aPolicyThatIsInstalledHasItsName() throws IOException {
    TierContext context = context(Newest.class.getName());
    assertThat(context.evictionPolicy("newest", 1)).isInstanceOf(LeastRecentlyUsed.class);
    assertThat(context.evictionPolicy("hit-density", 1)).isInstanceOf(HitDensity.class);
    assertThatThrownBy(() -> context.evictionPolicy("oldest", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("hit-density, lru, newest, w-tinylfu");
  }

  @Test
  void oneThatCannotBeLoadedIsToldOf() throws IOException {
    TierContext context = context("not.There");
    assertThat(context.evictionPolicy("lru", 1)).isInstanceOf(LeastRecentlyUsed.class);
    assertThat(said.lines())
        .singleElement()
        .asString()
        .contains("WARN an eviction policy is left out", "not.There");
  }
}
