/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.terrace.spi.config.ConfigException;
import io.terrace.spi.config.ConfigSpec;
import io.terrace.spi.config.Option;
import io.terrace.spi.config.Settings;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TierSettingsTest {
  private static final Option<Long> CAPACITY =
      Option.bytes("capacity", "Memory.").min(1L << 20).defaultsTo(2L << 30);
  private static final Option<String> SECRET =
      Option.string("key.secret", "Password.")
          .check("at least 8 letters", text -> text.length() >= 8)
          .computed("none", "12345678")
          .asSecret();
  private static final ConfigSpec CPU = ConfigSpec.of(CAPACITY, SECRET);
  private static final Option<Path> ROOT = Option.path("root", "Folder.");
  private static final ConfigSpec NFS = ConfigSpec.of(ROOT);

  private final Path folder;

  TierSettingsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Fixture given() {
    return new Fixture(folder);
  }

  @Test
  void handsEachTierItsOwnKeysFromEverySource() {
    PluginConfig config =
        given()
            .file("stack: [cpu, nfs]\ntiers:\n  cpu: {capacity: 1GiB}\n  nfs:\n    root: /file\n")
            .variable("TERRACE_TIERS_NFS_ROOT", "/variable")
            .property("terrace.tiers.cpu.key.secret", "hunter2hunter2")
            .config();
    Settings cpu = config.tierSettings("cpu", CPU);
    assertThat(cpu.get(CAPACITY)).isEqualTo(1 << 30);
    assertThat(cpu.get(SECRET)).isEqualTo("hunter2hunter2");
    assertThat(cpu)
        .hasToString(
            "tiers.cpu.capacity=1GiB (terrace.yaml:3), tiers.cpu.key.secret=*** (system property"
                + " terrace.tiers.cpu.key.secret)");
    Settings nfs = config.tierSettings("nfs", NFS);
    assertThat(nfs.get(ROOT)).isEqualTo(Path.of("/variable"));
    assertThat(nfs.origin(ROOT)).hasToString("environment variable TERRACE_TIERS_NFS_ROOT");
    assertThat(config.toString()).doesNotContain("hunter2");
  }

  @Test
  void keepsThePrecedence() {
    Fixture fixture = given().file("tiers.cpu.capacity: 1MiB");
    assertThat(capacity(fixture)).isEqualTo(1 << 20);
    fixture.variable("TERRACE_TIERS_CPU_CAPACITY", "2MiB");
    assertThat(capacity(fixture)).isEqualTo(2 << 20);
    fixture.property("terrace.tiers.cpu.capacity", "3MiB");
    assertThat(capacity(fixture)).isEqualTo(3 << 20);
  }

  private static long capacity(Fixture fixture) {
    return fixture.config().tierSettings("cpu", CPU).get(CAPACITY);
  }

  @Test
  void givesAVariableToTheTierWithTheLongestNameThatFits() {
    PluginConfig config =
        given()
            .file("stack: [nfs, nfs-gds]")
            .variable("TERRACE_TIERS_NFS_ROOT", "/a")
            .variable("TERRACE_TIERS_NFS_GDS_ROOT", "/b")
            .config();
    assertThat(config.tierSettings("nfs", NFS).get(ROOT)).isEqualTo(Path.of("/a"));
    assertThat(config.tierSettings("nfs-gds", NFS).get(ROOT)).isEqualTo(Path.of("/b"));
  }

  @Test
  void collectsTheProblemsOfATier() {
    PluginConfig config =
        given()
            .file("tiers:\n  cpu:\n    capacity: 7\n    size: 1\n    key: {secret: hunter2}")
            .variable("TERRACE_TIERS_CPU_CAPACTY", "1MiB")
            .config();
    ConfigException e =
        catchThrowableOfType(ConfigException.class, () -> config.tierSettings("cpu", CPU));
    assertThat(e.problems())
        .containsExactly(
            "environment variable TERRACE_TIERS_CPU_CAPACTY: no such key: did you mean"
                + " TERRACE_TIERS_CPU_CAPACITY?",
            "terrace.yaml:4: unknown key 'tiers.cpu.size': known keys are tiers.cpu.capacity,"
                + " tiers.cpu.key.secret, tiers.cpu.type, tiers.cpu.timeout, tiers.cpu.codec,"
                + " tiers.cpu.codecLevel, tiers.cpu.integrity, tiers.cpu.admission, tiers.cpu.minTokens",
            "terrace.yaml:3: 'tiers.cpu.capacity' is '7', wanted a size such as 64MiB, 2GB or"
                + " 1048576, at least 1MiB",
            "terrace.yaml:5: 'tiers.cpu.key.secret' is '***', wanted a text, at least 8 letters");
  }

  @Test
  void saysThatARequiredKeyIsMissing() {
    PluginConfig config = given().property("terrace.stack", "nfs").config();
    assertThatThrownBy(() -> config.tierSettings("nfs", NFS))
        .hasMessage("'tiers.nfs.root' must be set, wanted a path");
    assertThatThrownBy(() -> config.tierSettings("cpu", CPU))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tier 'cpu' is not in the stack [nfs]");
  }

  @Test
  void refusesSettingsOfATierThatIsNotInTheStack() {
    assertThat(
            given()
                .file("tiers:\n  cpuu: {capacity: 1GiB}\n  nfs: {root: /r}\n")
                .variable("TERRACE_TIERS_S3_BUCKET", "b")
                .variable("TERRACE_TIERS", "cpu")
                .property("terrace.tiers.nfs.root", "/r")
                .problems())
        .containsExactly(
            "terrace.yaml:2: 'tiers.cpuu.capacity': no tier 'cpuu' in the stack [cpu]: did you mean"
                + " 'cpu'?",
            "terrace.yaml:3: 'tiers.nfs.root': no tier 'nfs' in the stack [cpu]: add it to 'stack'"
                + " or remove the key",
            "environment variable TERRACE_TIERS: 'tiers' is a map from a tier's name to its"
                + " settings; the order of tiers is 'stack'",
            "environment variable TERRACE_TIERS_S3_BUCKET: no tier of the stack [cpu] is meant,"
                + " wanted TERRACE_TIERS_<tier>_<key>",
            "system property terrace.tiers.nfs.root: 'tiers.nfs.root': no tier 'nfs' in the stack"
                + " [cpu]: add it to 'stack' or remove the key");
  }

  @Test
  void reportsTierProblemsTogetherWithOthers() {
    assertThat(given().file("enabled: 1\ntiers: {nfs: {root: /r}}").problems())
        .hasSize(2)
        .anyMatch(problem -> problem.startsWith("terrace.yaml:1: 'enabled' is '1'"))
        .anyMatch(problem -> problem.startsWith("terrace.yaml:2: 'tiers.nfs.root': no tier 'nfs'"));
  }

  @Test
  void refusesValuesWhereATiersMapIsWanted() {
    assertThat(given().file("tiers: [cpu]").problems())
        .containsExactly(
            "terrace.yaml:1: 'tiers' is a map from a tier's name to its settings; the order of"
                + " tiers is 'stack'");
    assertThat(given().file("tiers: {cpu: 2GiB}").problems())
        .containsExactly(
            "terrace.yaml:1: 'tiers.cpu' takes no value itself, wanted a map of its keys");
    PluginConfig empty = given().file("tiers:\n  cpu:\n").config();
    assertThat(empty.tierSettings("cpu", CPU).get(CAPACITY)).isEqualTo(2L << 30);
  }

  @Test
  void aTierIsOfTheTypeOfItsNameUnlessItSaysAnother() {
    PluginConfig config =
        given()
            .file("stack: [cpu, fast, slow, nfs]\ntiers: {fast: {type: nfs, root: /f}}")
            .variable("TERRACE_TIERS_SLOW_TYPE", "nfs")
            .variable("TERRACE_TIERS_SLOW_ROOT", "/s")
            .property("terrace.tiers.nfs.root", "/n")
            .config();
    assertThat(config.stack().stream().map(config::tierType))
        .containsExactly("cpu", "nfs", "nfs", "nfs");
    assertThat(config.tierSettings("fast", NFS).get(ROOT)).isEqualTo(Path.of("/f"));
    assertThat(config.tierSettings("slow", NFS).get(ROOT)).isEqualTo(Path.of("/s"));
    assertThat(config.tierSettings("nfs", NFS).get(ROOT)).isEqualTo(Path.of("/n"));
    assertThatThrownBy(() -> config.tierType("s3"))
        .hasMessage("tier 's3' is not in the stack [cpu, fast, slow, nfs]");
  }

  @Test
  void theStrongestSourceOfATypeCounts() {
    Fixture fixture = given().file("tiers.cpu.type: Never").variable("TERRACE_TIERS_CPU_TYPE", "a");
    assertThat(fixture.config().tierType("cpu")).isEqualTo("a");
    fixture.property("terrace.tiers.cpu.type", "b");
    assertThat(fixture.config().tierType("cpu")).isEqualTo("b");
  }

  @Test
  void refusesATypeThatIsNone() {
    assertThat(
            given()
                .file("tiers:\n  cpu:\n    type: [a, b]\n")
                .variable("TERRACE_STACK", "cpu,x,y,z")
                .variable("TERRACE_TIERS_X_TYPE", "NFS")
                .property("terrace.tiers.y.type", "")
                .property("terrace.tiers.z.type.x", "nfs")
                .problems())
        .containsExactly(
            "terrace.yaml:3: 'tiers.cpu.type' is a list, wanted a text, a tier's type of small"
                + " letters, digits and dashes",
            "environment variable TERRACE_TIERS_X_TYPE: 'tiers.x.type' is 'NFS', wanted a text, a"
                + " tier's type of small letters, digits and dashes",
            "system property terrace.tiers.y.type: 'tiers.y.type' is '', wanted a text, a tier's"
                + " type of small letters, digits and dashes");
    PluginConfig below = given().file("").property("terrace.tiers.cpu.type.x", "nfs").config();
    assertThatThrownBy(() -> below.tierSettings("cpu", CPU))
        .hasMessageContaining("'tiers.cpu.type' is one value")
        .hasMessageContaining("has no keys below it");
  }

  @Test
  void saysWhereATypeThatIsNotInstalledWasWritten() {
    PluginConfig config =
        given().file("stack: [cpu, fast]\ntiers:\n  fast: {type: nfss}\n").config();
    assertThat(config.refuseType("fast", "there are [cpu, nfs]"))
        .hasMessage(
            "terrace.yaml:3: 'tiers.fast.type' is 'nfss', wanted one that is installed: there are"
                + " [cpu, nfs]");
    assertThat(config.refuseType("cpu", "there are [nfs]"))
        .hasMessage(
            "terrace.yaml:1: 'stack' is 'cpu, fast', wanted tiers that are installed, and 'cpu' is not: there are [nfs]");
  }

  @Test
  void suggestsTheTypeForAKeyThatIsNearlyIt() {
    PluginConfig config = given().file("tiers: {cpu: {typ: nfs}}").config();
    assertThatThrownBy(() -> config.tierSettings("cpu", CPU))
        .hasMessage("terrace.yaml:1: unknown key 'tiers.cpu.typ': did you mean 'tiers.cpu.type'?");
  }
}
