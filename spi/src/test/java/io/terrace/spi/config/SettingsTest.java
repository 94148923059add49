/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SettingsTest {
  private static final Option<Long> CAPACITY =
      Option.bytes("capacity", "Memory.").min(1L << 20).defaultsTo(2L << 30);
  private static final Option<Path> ROOT = Option.path("root", "Folder.");
  private static final Option<Integer> LANES =
      Option.integer("io.lanes", "Lanes.").min(1).computed("one a core", 4);
  private static final Option<String> TOKEN =
      Option.string("token", "Password.")
          .check("at least 8 letters", t -> t.length() >= 8)
          .computed("none", "12345678")
          .asSecret();
  private static final ConfigSpec SPEC = ConfigSpec.of(CAPACITY, ROOT, LANES, TOKEN);
  private static final Origin LINE = Origin.ofFile("terrace.yaml", 3);

  private static List<String> problems(RawSetting... raws) {
    List<String> problems = new ArrayList<>();
    List<RawSetting> all = new ArrayList<>(List.of(RawSetting.text("tiers.nfs.root", "/r", LINE)));
    all.addAll(List.of(raws));
    Settings.read(SPEC, "tiers.nfs.", all, problems::add);
    return problems;
  }

  @Test
  void givesDefaults() {
    Settings settings = Settings.of(SPEC, Map.of("root", "/r"));
    assertThat(settings.get(CAPACITY)).isEqualTo(2L << 30);
    assertThat(settings.origin(CAPACITY)).isEqualTo(Origin.ofDefault()).hasToString("default");
    assertThat(settings.find(LANES)).isEmpty();
    assertThat(settings.origin(LANES).kind()).isEqualTo(Origin.Kind.DEFAULT);
    assertThatThrownBy(() -> settings.get(LANES))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("'io.lanes' is not set: use find");
    assertThat(settings).hasToString("root=/r (given by code)");
  }

  @Test
  void lastValueOfAKeyCountsAndKeepsItsOrigin() {
    List<RawSetting> raws =
        List.of(
            RawSetting.text("root", "/file", LINE),
            RawSetting.text("capacity", "nonsense", LINE),
            RawSetting.text("root", "/variable", Origin.ofVariable("ROOT")),
            RawSetting.text("capacity", "1MiB", Origin.ofProperty("capacity")));
    Settings settings = Settings.read(SPEC, "", raws, problem -> assertThat(problem).isNull());
    assertThat(settings.get(ROOT)).isEqualTo(Path.of("/variable"));
    assertThat(settings.origin(ROOT)).hasToString("environment variable ROOT");
    assertThat(settings.get(CAPACITY)).isEqualTo(1 << 20);
    assertThat(settings.origin(CAPACITY)).hasToString("system property capacity");
  }

  @Test
  void namesKeyValueAllowedAndOrigin() {
    assertThat(problems(RawSetting.text("tiers.nfs.capacity", "7", LINE)))
        .containsExactly(
            "terrace.yaml:3: 'tiers.nfs.capacity' is '7', wanted a size such as 64MiB, 2GB or"
                + " 1048576, at least 1MiB");
    assertThat(problems(RawSetting.list("tiers.nfs.io.lanes", List.of("1", "2"), LINE)))
        .containsExactly(
            "terrace.yaml:3: 'tiers.nfs.io.lanes' is a list, wanted a whole number, at least 1");
    assertThat(problems(RawSetting.nothing("tiers.nfs.root", LINE)))
        .containsExactly("terrace.yaml:3: 'tiers.nfs.root' has no value, wanted a path");
  }

  @Test
  void refusesUnknownKeysWithTheNearestOne() {
    assertThat(problems(RawSetting.text("tiers.nfs.capactiy", "7", LINE)))
        .containsExactly(
            "terrace.yaml:3: unknown key 'tiers.nfs.capactiy': did you mean 'tiers.nfs.capacity'?");
    assertThat(problems(RawSetting.text("tiers.nfs.lanes", "7", LINE)))
        .containsExactly(
            "terrace.yaml:3: unknown key 'tiers.nfs.lanes': did you mean 'tiers.nfs.io.lanes'?");
    assertThat(problems(RawSetting.text("tiers.nfs.colour", "7", LINE)))
        .containsExactly(
            "terrace.yaml:3: unknown key 'tiers.nfs.colour': known keys are tiers.nfs.capacity,"
                + " tiers.nfs.root, tiers.nfs.io.lanes, tiers.nfs.token");
  }

  @Test
  void tellsSectionsFromKeys() {
    assertThat(problems(RawSetting.text("tiers.nfs.io", "7", LINE)))
        .containsExactly(
            "terrace.yaml:3: 'tiers.nfs.io' is a section and takes no value itself, wanted a map"
                + " with tiers.nfs.io.lanes");
    assertThat(problems(RawSetting.text("tiers.nfs.root.a", "7", LINE)))
        .containsExactly(
            "terrace.yaml:3: unknown key 'tiers.nfs.root.a': 'tiers.nfs.root' is one value (a path)"
                + " and has no keys below it");
    assertThat(problems(RawSetting.nothing("tiers.nfs.io", LINE))).isEmpty();
  }

  @Test
  void collectsAllProblems() {
    Map<String, String> written = Map.of("capacity", "x", "rot", "y");
    ConfigException e =
        catchThrowableOfType(ConfigException.class, () -> Settings.of(SPEC, written));
    assertThat(e.problems()).hasSize(3);
    assertThat(e)
        .hasMessageStartingWith("3 configuration problems:\n  - ")
        .hasMessageContaining("\n  - 'root' must be set, wanted a path");
  }

  @Test
  void showsNoSecret() {
    Settings settings = Settings.of(SPEC, Map.of("root", "/r", "token", "hunter2hunter2"));
    assertThat(settings.get(TOKEN)).isEqualTo("hunter2hunter2");
    assertThat(settings.toString()).contains("token=***").doesNotContain("hunter2");
    assertThat(settings.refuse(TOKEN, "another one"))
        .hasMessage("given by code: 'token' is '***', wanted another one");
    assertThat(problems(RawSetting.text("tiers.nfs.token", "hunter2", LINE)))
        .containsExactly(
            "terrace.yaml:3: 'tiers.nfs.token' is '***', wanted a text, at least 8 letters");
    assertThat(RawSetting.text("tiers.nfs.token", "hunter2", LINE))
        .hasToString("tiers.nfs.token (terrace.yaml:3)");
  }

  @Test
  void refusesForReasonsOfTheOwner() {
    Settings settings = Settings.of(SPEC, Map.of("root", "/r"));
    assertThat(settings.refuse(ROOT, "a folder that exists"))
        .hasMessage("given by code: 'root' is '/r', wanted a folder that exists");
    assertThat(settings.refuse(LANES, "a number, as there is no core"))
        .hasMessage("'io.lanes' must be set, wanted a number, as there is no core");
  }

  @Test
  void refusesForeignOptions() {
    Option<Boolean> foreign = Option.bool("root", "").defaultsTo(true);
    Option<Duration> unknown = Option.duration("wait", "");
    Settings settings = Settings.of(SPEC, Map.of("root", "/r"));
    assertThatThrownBy(() -> settings.get(foreign)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> settings.origin(unknown))
        .hasMessage("'wait' is not declared in this ConfigSpec");
  }
}
