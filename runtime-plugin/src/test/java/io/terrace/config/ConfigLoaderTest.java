/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.config.ConfigException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigLoaderTest {
  private final Path folder;

  ConfigLoaderTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Fixture given() {
    return new Fixture(folder);
  }

  @Test
  void propertyWinsOverVariableWinsOverFile() {
    Fixture fixture = given().file("sessions: {remembered: 1}");
    assertThat(fixture.config().sessionsRemembered()).isEqualTo(1);
    fixture.variable("TERRACE_SESSIONS_REMEMBERED", "2");
    assertThat(fixture.config().sessionsRemembered()).isEqualTo(2);
    fixture.property("terrace.sessions.remembered", "3");
    assertThat(fixture.config().sessionsRemembered()).isEqualTo(3);
  }

  @Test
  void aStrongerSourceMendsABrokenValue() {
    assertThat(given().file("chunkTokens: x").property("terrace.chunkTokens", "32").config())
        .returns(32, config -> config.chunkTokens().orElseThrow());
  }

  @Test
  void takesTheFileThatIsNamed() {
    given().file("enabled: x").file("a.yaml", "chunkTokens: 32").file("b.yaml", "chunkTokens: 64");
    Fixture fixture = given().variable("TERRACE_CONFIG", "a.yaml");
    assertThat(fixture.config().chunkTokens()).hasValue(32);
    fixture.property("terrace.config", folder.resolve("b.yaml").toString());
    assertThat(fixture.config().chunkTokens()).hasValue(64);
    fixture.file("a.yaml", "chunkTokens: 7");
    assertThat(given().variable("TERRACE_CONFIG", "a.yaml").problems())
        .singleElement()
        .asString()
        .startsWith("a.yaml:1: 'chunkTokens' is '7'");
  }

  @Test
  void refusesANamedFileThatCannotBeRead() throws IOException {
    assertThat(given().property("terrace.config", "no.yaml").problems())
        .containsExactly(
            "system property terrace.config names 'no.yaml': no such file ("
                + folder.resolve("no.yaml")
                + "), wanted the path of a YAML file");
    assertThat(given().variable("TERRACE_CONFIG", "no.yaml").problems())
        .singleElement()
        .asString()
        .startsWith("environment variable TERRACE_CONFIG names 'no.yaml': no such file");
    assertThat(given().property("terrace.config", "").problems()).hasSize(1);
    assertThat(given().property("terrace.config", "a\0").problems())
        .singleElement()
        .asString()
        .endsWith("not a path, wanted the path of a YAML file");
    assertThat(given().property("terrace.config", ".").problems())
        .singleElement()
        .asString()
        .contains("names '.': not a file (");
    Files.write(folder.resolve("latin.yaml"), "a: \u00e9".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(given().property("terrace.config", "latin.yaml").problems())
        .singleElement()
        .asString()
        .contains("not UTF-8");
    given().file("big.yaml", "#".repeat((1 << 20) + 1));
    assertThat(given().property("terrace.config", "big.yaml").problems())
        .singleElement()
        .asString()
        .contains("more than 1 MiB");
  }

  @Test
  void refusesUnknownKeysEverywhereAndAllAtOnce() {
    assertThat(
            given()
                .file("enabled: maybe\n\npool: {byte: 64MiB}\ncolour: red\n")
                .variable("TERRACE_CHUNK_TOKENS", "32")
                .variable("TERRACE_COLOUR", "red")
                .property("terrace.jlama.serialise", "true")
                .problems())
        .containsExactly(
            "environment variable TERRACE_CHUNK_TOKENS: no such key: did you mean"
                + " TERRACE_CHUNKTOKENS?",
            "environment variable TERRACE_COLOUR: no such key: known are TERRACE_ENABLED,"
                + " TERRACE_REUSE, TERRACE_STACK, TERRACE_CHUNKTOKENS, TERRACE_POOL_BYTES, TERRACE_POOL_DEVICEBYTES,"
                + " TERRACE_SPILL_BYTES, TERRACE_STAGING_BYTES, TERRACE_LOADING_PATIENCE, TERRACE_KV_PRECISION, TERRACE_DEVICE, TERRACE_KERNELS_VECTOR, TERRACE_KEYS_SECRET, TERRACE_INTEGRITY_SECRET,"
                + " TERRACE_FINGERPRINT_PORTABLE, TERRACE_CACHE_FOLDER, TERRACE_JLAMA_SERIALIZE, TERRACE_JLAMA_REPAIR,"
                + " TERRACE_JLAMA_TOKENIZER, TERRACE_SESSIONS_REMEMBERED, TERRACE_LOG_LEVEL, TERRACE_METRICS_JMX,"
                + " TERRACE_DEBUG_CHECKPAGES, TERRACE_DEBUG_BREAKOFFPASSES",
            "terrace.yaml:3: unknown key 'pool.byte': did you mean 'pool.bytes'?",
            "terrace.yaml:4: unknown key 'colour': known keys are enabled, reuse, stack,"
                + " chunkTokens, pool.bytes, pool.deviceBytes, spill.bytes, staging.bytes, loading.patience, kv.precision, device, kernels.vector, keys.secret, integrity.secret,"
                + " fingerprint.portable, cache.folder, jlama.serialize, jlama.repair,"
                + " jlama.tokenizer, sessions.remembered, log.level, metrics.jmx, debug.checkPages,"
                + " debug.breakOffPasses",
            "system property terrace.jlama.serialise: unknown key 'jlama.serialise': did you mean"
                + " 'jlama.serialize'?",
            "terrace.yaml:1: 'enabled' is 'maybe', wanted true or false");
    assertThatThrownBy(() -> given().file("enabled: 1\nreuse: 2").config())
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            """
            2 configuration problems:
              - terrace.yaml:1: 'enabled' is '1', wanted true or false
              - terrace.yaml:2: 'reuse' is '2', wanted true or false""");
  }

  @ParameterizedTest
  @CsvSource({
    "TERRACE_HOME, /opt/terrace",
    "TERRACE_JAVA_HOME, /opt/jdk",
    "TERRACE_TEST_MODEL, /models/a",
    "TERRACE_POOL_BYTES, ''",
    "TERRACE_CONFIG, ''",
    "TERRACE_SERVICE_HOST, 10.0.0.1",
    "TERRACE_CACHE_SERVICE_PORT_HTTP, 80",
    "TERRACE_PORT, tcp://10.0.0.1:80",
    "TERRACE_PORT_80_TCP, tcp://10.0.0.1:80",
    "TERRACE_CACHE_PORT_80_TCP_ADDR, 10.0.0.1",
    "TERRACES, 3",
    "PATH, /bin"
  })
  void leavesVariablesOfOthersAlone(String name, String value) {
    assertThat(given().variable(name, value).config()).isEqualTo(given().config());
  }

  @ParameterizedTest
  @CsvSource({"TERRACE_PORT, 80", "TERRACE_TESTS, 1", "TERRACE_, 1", "TERRACE_HOMES, 1"})
  void refusesVariablesThatOnlyLookLikeThem(String name, String value) {
    assertThat(given().variable(name, value).problems())
        .singleElement()
        .asString()
        .startsWith("environment variable " + name + ": no such key: ");
  }

  @Test
  void leavesReservedPropertiesAlone() {
    given().file("a.yaml", "");
    assertThat(
            given()
                .property("terrace.config", "a.yaml")
                .property("terrace.test.updateDocs", "true")
                .property("terraces", "1")
                .config())
        .isEqualTo(given().config());
    assertThat(given().property("terrace.", "1").problems()).hasSize(1);
  }

  @Test
  void takesTextsOfPropertiesOnly() {
    Properties defaults = new Properties();
    defaults.setProperty("terrace.reuse", "false");
    Properties properties = new Properties(defaults);
    properties.setProperty("terrace.enabled", "false");
    properties.put("terrace.stack", 7);
    assertThat(ConfigSources.texts(properties))
        .containsOnlyKeys("terrace.reuse", "terrace.enabled")
        .containsEntry("terrace.reuse", "false");
  }
}
