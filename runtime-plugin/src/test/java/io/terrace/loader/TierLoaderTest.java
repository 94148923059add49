/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.config.ConfigLoader;
import io.terrace.config.ConfigSources;
import io.terrace.config.PluginConfig;
import io.terrace.engine.StackTier;
import io.terrace.install.AgentFolder;
import io.terrace.install.Compiled;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.TierContext;
import io.terrace.spi.config.ConfigException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where tiers are found, and which of two serves. */
final class TierLoaderTest {
  private static final TierContext CONTEXT =
      new TierContext() {
        @Override
        public long pageBudgetBytes() {
          return 1 << 20;
        }

        @Override
        public void evicted(ChunkKey key) {}
      };

  private final Path work;
  private final Path home;
  private final Recorded log = new Recorded();

  TierLoaderTest(@TempDir Path folder) throws IOException {
    work = Files.createDirectory(folder.resolve("work"));
    home = Files.createDirectory(folder.resolve("home"));
  }

  private Path tiers() {
    return home.resolve("tiers");
  }

  private void install(String folder, ProviderSource provider) throws IOException {
    provider.compile().jar(tiers().resolve(folder).resolve("tier.jar"));
  }

  private ProviderSource tier(String type) {
    return new ProviderSource(work, '"' + type + '"');
  }

  private TierLoader loader(ClassLoader application) {
    AgentFolder agent = new AgentFolder(home.resolve("terrace-agent.jar"));
    return new TierLoader(agent, application, log.log());
  }

  private TierLoader loader() {
    return loader(TierLoader.class.getClassLoader());
  }

  private ClassLoader application(Compiled... entries) throws IOException {
    URL[] urls = new URL[entries.length];
    for (int i = 0; i < entries.length; i++) {
      urls[i] = entries[i].folder().toUri().toURL();
    }
    return new URLClassLoader("application", urls, TierLoader.class.getClassLoader());
  }

  private PluginConfig config(String... keysAndValues) {
    Map<String, String> properties = new TreeMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      properties.put("terrace." + keysAndValues[i], keysAndValues[i + 1]);
    }
    ConfigSources sources = new ConfigSources(Map.of(), properties, work, 4L << 30, 1L << 30);
    return ConfigLoader.load(sources).config();
  }

  private List<String> open(TierLoader loader, String... keysAndValues) {
    return loader.open(config(keysAndValues), name -> CONTEXT).stream()
        .map(tier -> tier.name() + ": " + tier.tier())
        .toList();
  }

  /** What was logged but for the line on the contract, which here is never from the agent's jar. */
  private List<String> said() {
    return log.lines().stream().filter(line -> !line.contains("comes before the agent's")).toList();
  }

  @Test
  void aTierOfAFolderIsOpenedInItsOwnLoader() throws IOException {
    install("one", tier("outside"));
    List<StackTier> stack = loader().open(config("stack", "outside"), name -> CONTEXT);
    assertThat(stack).hasSize(1);
    assertThat(stack.getFirst().name()).isEqualTo("outside");
    assertThat(stack.getFirst().tier()).hasToString("x opened in terrace-tier-one");
    assertThat(said()).isEmpty();
  }

  @Test
  void oneTypeOpensUnderTwoNamesWithSettingsOfEach() throws IOException {
    install("one", tier("outside"));
    List<String> opened =
        open(
            loader(),
            "stack",
            "fast,slow",
            "tiers.fast.type",
            "outside",
            "tiers.slow.type",
            "outside",
            "tiers.slow.name",
            "y");
    assertThat(opened)
        .containsExactly(
            "fast: x opened in terrace-tier-one", "slow: y opened in terrace-tier-one");
  }

  @Test
  void aTierOfTheApplicationIsFoundThroughItsLoader() throws IOException {
    ClassLoader application = application(tier("outside").compile());
    assertThat(open(loader(application), "stack", "outside")).hasSize(1);
    assertThat(said()).isEmpty();
    assertThatThrownBy(() -> open(loader(), "stack", "outside"))
        .isInstanceOf(ConfigException.class);
  }

  @Test
  void aFolderServesBeforeTheClassPathAndFoldersByName() throws IOException {
    install("b", tier("outside"));
    install("a", tier("outside"));
    Compiled ofApplication = tier("outside").compile();
    TierLoader loader = loader(application(ofApplication));
    assertThat(open(loader, "stack", "outside"))
        .containsExactly("outside: x opened in terrace-tier-a");
    String rule = " is left out (first the agent's jar, then tiers/, then the class path)";
    String serves = "INFO the tier 'outside' of " + tiers().resolve("a") + " serves, that of ";
    assertThat(said())
        .containsExactly(
            serves + tiers().resolve("b") + rule, serves + ofApplication.folder() + rule);
  }

  @Test
  void ofTwoOnTheClassPathTheFirstServes() throws IOException {
    Compiled first = tier("outside").named("First").compile();
    Compiled second = tier("outside").named("Second").compile();
    loader(application(second, first));
    assertThat(said()).hasSize(1);
    assertThat(said().getFirst())
        .contains("of " + second.folder() + " serves, that of " + first.folder() + " is left out");
  }

  @Test
  void oneClassThatTwoLoadersKnowIsOneTier() throws IOException {
    ClassLoader application = application(tier("outside").compile());
    loader(new URLClassLoader("child", new URL[0], application));
    assertThat(said()).isEmpty();
  }

  @Test
  void aTierThatIsNotInstalledIsToldWithThoseThatAreAndWhereTheyWereLookedFor() throws IOException {
    install("one", tier("outside"));
    String installed =
        "there are [cpu, outside] (looked in the agent's jar, "
            + tiers()
            + ", the application's class path)";
    assertThatThrownBy(() -> open(loader(), "stack", "nowhere"))
        .hasMessage(
            "system property terrace.stack: 'stack' is 'nowhere', wanted tiers that are installed, and 'nowhere' is not: "
                + installed);
    assertThatThrownBy(() -> open(loader(), "stack", "fast", "tiers.fast.type", "outsid"))
        .hasMessage(
            "system property terrace.tiers.fast.type: 'tiers.fast.type' is 'outsid', wanted one"
                + " that is installed: "
                + installed);
  }

  @Test
  void whatCannotBeUsedIsToldInOneLineEachAndLeftOut() throws IOException {
    install("good", tier("outside"));
    Files.createDirectories(tiers().resolve("empty"));
    Files.createDirectories(tiers().resolve(".hidden"));
    Files.writeString(tiers().resolve("README.txt"), "Tiers go here.");
    tier("loose").compile().jar(tiers().resolve("loose.jar"));
    install("broken", tier("broken"));
    Files.writeString(tiers().resolve("broken").resolve("z.jar"), "not a zip");
    install("throws", tier("x").constructedBy("if (true) throw new Error(\"no way\");"));
    install("nameless", new ProviderSource(work, "null"));
    install("shouts", tier("SHOUTS"));
    install("greedy", tier("greedy").declaring("type"));
    Compiled.of(work, "a.Library", "package a; public final class Library {}")
        .jar(tiers().resolve("library").resolve("library.jar"));
    assertThat(open(loader(), "stack", "outside")).hasSize(1);
    assertThat(said())
        .allMatch(line -> line.startsWith("WARN a tier is left out"))
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).contains("/empty: none of its 0 jars has META-INF/services/"),
            line -> assertThat(line).contains("/library: none of its 1 jars has META-INF/services"),
            line -> assertThat(line).contains("/loose.jar: a tier has a folder of its own"),
            line -> assertThat(line).contains("/broken: ", "z.jar cannot be read"),
            line -> assertThat(line).contains("/throws: ", "outside.Provider", "no way"),
            line -> assertThat(line).contains("/nameless: ", "its type is 'null'"),
            line -> assertThat(line).contains("/shouts: ", "its type is 'SHOUTS', wanted small"),
            line -> assertThat(line).contains("/greedy: ", "the option 'type', which every tier"));
  }

  @Test
  void aTiersFolderThatIsNoneIsToldAndTheRestServes() throws IOException {
    Files.writeString(tiers(), "a file");
    assertThat(open(loader(application(tier("outside").compile())), "stack", "outside")).hasSize(1);
    assertThat(said()).hasSize(1);
    assertThat(said().getFirst()).startsWith("WARN no tier is taken from " + tiers());
  }

  private static boolean closed(String name) {
    return System.clearProperty("terrace.test.closed." + name) != null;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "if (true) throw settings.refuse(NAME, \"another\");|system property"
            + " terrace.tiers.outside.name: 'tiers.outside.name' is 'z', wanted another",
        "if (true) throw new IllegalStateException(\"no way\");|could not be opened: java.lang.Ill",
        "if (true) throw new NoClassDefFoundError(\"gone\");|could not be opened:"
            + " java.lang.NoClass",
        "if (true) return null;|opened as null"
      })
  void aTierBelowTheFirstThatCannotBeOpenedIsLeftOutAndTheOthersServe(String open, String why)
      throws IOException {
    install("bad", tier("outside").opening(open));
    install("good", tier("good"));
    assertThat(
            open(
                loader(),
                "stack",
                "good,outside,cpu2",
                "tiers.outside.name",
                "z",
                "tiers.cpu2.type",
                "good"))
        .containsExactly(
            "good: x opened in terrace-tier-good", "cpu2: x opened in terrace-tier-good");
    assertThat(said()).hasSize(1);
    assertThat(said().getFirst())
        .startsWith("ERROR tier 'outside' is left out, the others of the stack serve without it: ")
        .contains(why);
  }

  /** What hangs is the store's root, as a rule: the first model load must not wait for it. */
  @Test
  void aTierThatHangsWhileItIsOpenedIsLeftOutAndClosedWhenItIsThere() throws Exception {
    String go = "terrace.test.go";
    String hang =
        "while (System.getProperty(\""
            + go
            + "\") == null) try { Thread.sleep(2); }"
            + " catch (InterruptedException e) { throw new Error(e); }";
    install("bad", tier("outside").opening(hang));
    install("good", tier("good"));
    AgentFolder agent = new AgentFolder(home.resolve("terrace-agent.jar"));
    TierLoader loader =
        new TierLoader(
            agent,
            TierLoader.class.getClassLoader(),
            new TierOpening(Duration.ofSeconds(1)),
            log.log());
    try {
      assertThat(open(loader, "stack", "good,outside", "tiers.outside.name", "late"))
          .containsExactly("good: x opened in terrace-tier-good");
      assertThat(said()).hasSize(1);
      assertThat(said().getFirst())
          .startsWith("ERROR tier 'outside' is left out")
          .contains("was not open after 1 s: see whether its store hangs");
      assertThat(closed("late")).isFalse();
    } finally {
      System.setProperty(go, "");
    }
    for (int i = 0; !closed("late"); i++) {
      assertThat(i).as("closed, since nobody uses it").isLessThan(60_000);
      Thread.sleep(1);
    }
    System.clearProperty(go);
  }

  @Test
  void aFirstTierThatCannotBeOpenedIsAnError() throws IOException {
    install("bad", tier("outside").opening("if (true) throw settings.refuse(NAME, \"another\");"));
    install("good", tier("good"));
    assertThatThrownBy(() -> open(loader(), "stack", "outside,good", "tiers.outside.name", "z"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'tiers.outside.name' is 'z', wanted another");
    assertThat(said()).isEmpty();
  }

  /** No session would find what it keeps. */
  @Test
  void aTierThatKeepsPagesBelowAnotherIsAnErrorAndTheOtherIsClosed() throws IOException {
    install("one", tier("outside"));
    assertThatThrownBy(() -> open(loader(), "stack", "outside,cpu", "tiers.outside.name", "above"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "system property terrace.stack: 'stack' is 'outside, cpu', wanted 'cpu' at its beginning, since it keeps pages");
    assertThat(closed("above")).isTrue();
    assertThat(said()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "codec,zstd,raw",
    "integrity,mac,checksum",
    "admission,second-use,all",
    "minTokens,100,0",
  })
  void whatATierInMemoryCannotDoIsAnError(String option, String value, String only) {
    assertThatThrownBy(() -> open(loader(), "stack", "cpu", "tiers.cpu." + option, value))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'tiers.cpu." + option + "' is '" + value + "', wanted what a tier")
        .hasMessageEndingWith("in memory takes: " + only);
  }

  @Test
  void whatTheFileSaysWronglyStaysAnErrorAndTiersBeforeItAreClosed() throws IOException {
    install("one", tier("outside").closing("1 / Integer.parseInt(\"0\")"));
    install("good", tier("good"));
    assertThatThrownBy(
            () ->
                open(
                    loader(),
                    "stack",
                    "outside,good,last",
                    "tiers.outside.name",
                    "one",
                    "tiers.good.name",
                    "two",
                    "tiers.last.type",
                    "good",
                    "tiers.last.nam",
                    "z"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("did you mean 'tiers.last.name'");
    assertThat(closed("one")).isTrue();
    assertThat(closed("two")).as("closed, although closing the one before it failed").isTrue();
    assertThat(said()).hasSize(1);
    assertThat(said().getFirst()).startsWith("WARN tier 'outside' was not closed, the others are");
  }

  @Test
  void anInterruptWhileATierIsOpenedIsKept() throws IOException {
    install("one", tier("outside"));
    Thread.currentThread().interrupt();
    try {
      assertThat(open(loader(), "stack", "outside")).hasSize(1);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
