/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.install.Compiled;
import io.terrace.spi.KvTierProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a tier of a folder sees. */
final class TierFolderLoaderTest {
  private final Path folder;
  private final Recorded log = new Recorded();

  TierFolderLoaderTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static KvTierProvider get(Map<String, KvTierProvider> found, String type) {
    return Objects.requireNonNull(found.get(type));
  }

  private Map<String, KvTierProvider> find() {
    ClassLoader agent = TierLoader.class.getClassLoader();
    List<FoundTier> found = new TierFolders(folder.resolve("tiers"), agent, log.log()).find();
    assertThat(log.lines()).isEmpty();
    return found.stream().collect(Collectors.toMap(FoundTier::type, FoundTier::provider));
  }

  private Path install(String type) throws IOException {
    Path home = folder.resolve("tiers").resolve(type);
    new ProviderSource(folder, '"' + type + '"').compile().jar(home.resolve("tier.jar"));
    return home;
  }

  @SuppressWarnings("unchecked") // every provider of ProviderSource is one
  private static String seen(KvTierProvider provider, String name) {
    return ((Function<String, String>) provider).apply(name);
  }

  @Test
  void theContractAndTheJdkAndNothingElseOfThisProcess() throws IOException {
    install("a");
    KvTierProvider provider = get(find(), "a");
    for (String shared :
        List.of("io.terrace.spi.KvTier", "io.terrace.spi.config.Option", "java.sql.Driver")) {
      assertThat(seen(provider, shared)).as(shared).startsWith("from ");
    }
    for (String hidden :
        List.of(
            "io.terrace.loader.TierLoader",
            "io.terrace.engine.Engine",
            "io.terrace.spies.Nothing",
            "org.junit.jupiter.api.Test",
            "com.github.benmanes.caffeine.cache.Caffeine")) {
      assertThat(seen(provider, hidden)).as(hidden).isEqualTo("absent");
    }
  }

  @Test
  void itsOwnLibrariesAndNotThoseOfAnother() throws IOException {
    Path home = install("a");
    install("b");
    Compiled.of(folder, "library.Library", "package library; public final class Library {}")
        .jar(home.resolve("library.jar"));
    Map<String, KvTierProvider> found = find();
    assertThat(seen(get(found, "a"), "library.Library")).contains("TierFolderLoader");
    assertThat(seen(get(found, "b"), "library.Library")).isEqualTo("absent");
    assertThat(get(found, "a").getClass()).isNotSameAs(get(found, "b").getClass());
  }

  @Test
  void theAgentsContractEvenWhereTheFolderPacksOne() throws IOException {
    Path home = install("a");
    Compiled.of(
            folder,
            "io.terrace.spi.KvTierProvider",
            "package io.terrace.spi; public interface KvTierProvider { String other(); }")
        .jar(home.resolve("another-spi.jar"));
    KvTierProvider provider = get(find(), "a");
    assertThat(seen(provider, "io.terrace.spi.KvTierProvider"))
        .isEqualTo("from " + KvTierProvider.class.getClassLoader());
    String file = "io/terrace/spi/KvTierProvider.class";
    assertThat(provider.getClass().getClassLoader().getResource(file))
        .isEqualTo(KvTierProvider.class.getClassLoader().getResource(file));
  }
}
