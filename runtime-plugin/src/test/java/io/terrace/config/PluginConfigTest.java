/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.config.ConfigException;
import io.terrace.spi.config.Option;
import io.terrace.spi.config.Origin;
import io.terrace.spi.config.RawSetting;
import io.terrace.spi.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PluginConfigTest {
  private static final PluginConfig DEFAULTS =
      new PluginConfig(
          true,
          true,
          List.of("cpu"),
          OptionalInt.empty(),
          768L << 20,
          192L << 20,
          192L << 20,
          Duration.ZERO,
          KvPrecision.EXACT,
          ComputeDevice.HOST,
          OptionalLong.empty(),
          true,
          Optional.empty(),
          Optional.empty(),
          false,
          Path.of("./.cache/terrace"),
          new PluginConfig.Jlama(true, true, true),
          64,
          LogLevel.INFO,
          true,
          false,
          false,
          TierKeys.none());

  /** Not one value is the default. */
  private static final String EVERYTHING =
      """
      enabled: false
      reuse: false
      stack: [nfs, cpu]
      chunkTokens: 64
      pool:
        bytes: 3GB
        deviceBytes: 79MiB
      spill.bytes: 77MiB
      staging.bytes: 78MiB
      loading.patience: 3s
      kv.precision: bf16
      device: cuda
      kernels.vector: false
      keys.secret: abc
      integrity: {secret: "file:/i"}
      fingerprint: {portable: true}
      cache.folder: /c
      jlama:
        serialize: false
        repair: false
        tokenizer: false
      sessions.remembered: 0
      log.level: debug
      metrics:
        jmx: false
      debug: {checkPages: true, breakOffPasses: true}
      """;

  private final Path folder;

  PluginConfigTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Fixture given() {
    return new Fixture(folder);
  }

  @Test
  void hasDefaults() {
    assertThat(given().config()).isEqualTo(DEFAULTS);
    assertThat(given().file("").config()).isEqualTo(DEFAULTS);
    assertThat(given().file("# nothing\npool:\n  # bytes: 1\ntiers:\n  cpu:\n").config())
        .usingRecursiveComparison()
        .ignoringFields("tiers")
        .isEqualTo(DEFAULTS);
  }

  @Test
  void mapsEveryKeyOfAFile() {
    assertIsEverything(given().file(EVERYTHING.replace("3GB", "3GiB")));
    assertThat(given().file(EVERYTHING.replace("3GB", "3MB")).problems())
        .containsExactly(
            "terrace.yaml:6: 'pool.bytes' is '3MB', wanted a size such as 64MiB, 2GB or 1048576,"
                + " at least 4MiB");
  }

  @Test
  void mapsEveryVariable() {
    assertIsEverything(
        given()
            .variable("TERRACE_ENABLED", "false")
            .variable("TERRACE_REUSE", "false")
            .variable("TERRACE_STACK", "nfs,cpu")
            .variable("TERRACE_CHUNKTOKENS", "64")
            .variable("TERRACE_POOL_BYTES", "3GiB")
            .variable("TERRACE_SPILL_BYTES", "77MiB")
            .variable("TERRACE_STAGING_BYTES", "78MiB")
            .variable("TERRACE_LOADING_PATIENCE", "3s")
            .variable("TERRACE_LOG_LEVEL", "debug")
            .variable("TERRACE_KV_PRECISION", "BF16")
            .variable("TERRACE_DEVICE", "cuda")
            .variable("TERRACE_POOL_DEVICEBYTES", "79MiB")
            .variable("TERRACE_KERNELS_VECTOR", "false")
            .variable("TERRACE_KEYS_SECRET", "abc")
            .variable("TERRACE_INTEGRITY_SECRET", "file:/i")
            .variable("TERRACE_FINGERPRINT_PORTABLE", "true")
            .variable("TERRACE_CACHE_FOLDER", "/c")
            .variable("TERRACE_JLAMA_SERIALIZE", "false")
            .variable("TERRACE_JLAMA_REPAIR", "false")
            .variable("TERRACE_JLAMA_TOKENIZER", "false")
            .variable("TERRACE_SESSIONS_REMEMBERED", "0")
            .variable("TERRACE_METRICS_JMX", "false")
            .variable("TERRACE_DEBUG_CHECKPAGES", "true")
            .variable("TERRACE_DEBUG_BREAKOFFPASSES", "true"));
  }

  @Test
  void mapsEveryProperty() {
    assertIsEverything(
        given()
            .property("terrace.enabled", "false")
            .property("terrace.reuse", "false")
            .property("terrace.stack", "nfs, cpu")
            .property("terrace.chunkTokens", "64")
            .property("terrace.pool.bytes", "3GiB")
            .property("terrace.spill.bytes", "77MiB")
            .property("terrace.staging.bytes", "78MiB")
            .property("terrace.loading.patience", "3s")
            .property("terrace.log.level", "debug")
            .property("terrace.kv.precision", "bf16")
            .property("terrace.device", "cuda")
            .property("terrace.pool.deviceBytes", "79MiB")
            .property("terrace.kernels.vector", "false")
            .property("terrace.keys.secret", "abc")
            .property("terrace.integrity.secret", "file:/i")
            .property("terrace.fingerprint.portable", "true")
            .property("terrace.cache.folder", "/c")
            .property("terrace.jlama.serialize", "false")
            .property("terrace.jlama.repair", "false")
            .property("terrace.jlama.tokenizer", "false")
            .property("terrace.sessions.remembered", "0")
            .property("terrace.metrics.jmx", "false")
            .property("terrace.debug.checkPages", "true")
            .property("terrace.debug.breakOffPasses", "true"));
  }

  @ParameterizedTest
  @CsvSource({
    "enabled, 0",
    "reuse, 1",
    "jlama.serialize, 2",
    "jlama.repair, 3",
    "jlama.tokenizer, 4",
    "metrics.jmx, 5",
    "kernels.vector, 6"
  })
  void keepsTheSwitchesApart(String key, int index) {
    PluginConfig config = given().file(key + ": false").config();
    PluginConfig.Jlama jlama = config.jlama();
    List<Boolean> switches =
        List.of(
            config.enabled(),
            config.reuse(),
            jlama.serialize(),
            jlama.repair(),
            jlama.tokenizer(),
            config.jmx(),
            config.vectors());
    assertThat(switches).containsOnlyOnce(false);
    assertThat(switches.indexOf(false)).isEqualTo(index);
  }

  private static void assertIsEverything(Fixture fixture) {
    ConfigLoader.LoadedConfig loaded = ConfigLoader.load(fixture.sources());
    assertThat(loaded.config())
        .isEqualTo(
            new PluginConfig(
                false,
                false,
                List.of("nfs", "cpu"),
                OptionalInt.of(64),
                3L << 30,
                77L << 20,
                78L << 20,
                Duration.ofSeconds(3),
                KvPrecision.BF16,
                ComputeDevice.CUDA,
                OptionalLong.of(79L << 20),
                false,
                Optional.of(new SecretText("abc")),
                Optional.of(new SecretText("file:/i")),
                true,
                Path.of("/c"),
                new PluginConfig.Jlama(false, false, false),
                0,
                LogLevel.DEBUG,
                false,
                true,
                true,
                new TierKeys(List.of(), loaded.config().tiers().order())));
    for (Option<?> option : PluginOptions.SPEC.options()) {
      assertThat(loaded.settings().origin(option).kind())
          .as("%s is set and is not the default", option)
          .isNotEqualTo(Origin.Kind.DEFAULT);
      assertThat(loaded.settings().find(option).map(Object::toString))
          .isNotEqualTo(Optional.ofNullable(option.defaultValue()).map(Object::toString));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "enabled; yes; true or false",
        "reuse; 1; true or false",
        "chunkTokens; 100; a whole number, one of 32, 64, 128, 256",
        "chunkTokens; many; a whole number, one of 32, 64, 128, 256",
        "pool.bytes; 4095KiB; a size such as 64MiB, 2GB or 1048576, at least 4MiB",
        "pool.bytes; 64M; a size such as 64MiB, 2GB or 1048576, at least 4MiB",
        "kernels.vector; auto; true or false",
        "jlama.serialize; on; true or false",
        "jlama.repair; no; true or false",
        "jlama.tokenizer; fast; true or false",
        "sessions.remembered; -1; a whole number, at least 0, at most 1000000",
        "sessions.remembered; 1000001; a whole number, at least 0, at most 1000000",
        "metrics.jmx; 9010; true or false",
        "stack; cpu, cpu; a list, at least one tier, none twice, names of small letters, digits"
            + " and dashes",
        "stack; CPU; a list, at least one tier, none twice, names of small letters, digits and"
            + " dashes"
      })
  void saysWhatEachKeyAllows(String key, String value, String wanted) {
    assertThat(given().file(key + ": " + value).problems())
        .containsExactly("terrace.yaml:1: '" + key + "' is '" + value + "', wanted " + wanted);
  }

  @Test
  void refusesAnEmptyStack() {
    assertThat(given().file("stack: []").problems())
        .singleElement()
        .asString()
        .startsWith("terrace.yaml:1: 'stack' is '', wanted a list, at least one tier");
  }

  @Test
  void checksWhatCodeGives() {
    assertThatThrownBy(() -> with(0, List.of("cpu"), TierKeys.none()))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("'pool.bytes' is '0', wanted a size");
    assertThatThrownBy(() -> with(4 << 20, List.of(), TierKeys.none()))
        .hasMessageStartingWith("'stack' is '', wanted a list");
    TierKeys nfs =
        new TierKeys(
            List.of(RawSetting.text("tiers.nfs.root", "/r", Origin.ofFile("f", 9))), List.of());
    assertThatThrownBy(() -> with(4 << 20, List.of("cpu"), nfs))
        .hasMessage(
            "f:9: 'tiers.nfs.root': no tier 'nfs' in the stack [cpu]: add it to 'stack' or remove"
                + " the key");
  }

  private static PluginConfig with(long poolBytes, List<String> stack, TierKeys tiers) {
    return new PluginConfig(
        true,
        true,
        stack,
        OptionalInt.of(32),
        poolBytes,
        1 << 20,
        1 << 20,
        Duration.ZERO,
        KvPrecision.EXACT,
        ComputeDevice.HOST,
        OptionalLong.empty(),
        true,
        Optional.empty(),
        Optional.empty(),
        false,
        DEFAULTS.cacheFolder(),
        DEFAULTS.jlama(),
        0,
        LogLevel.INFO,
        true,
        false,
        false,
        tiers);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 256",
    "46080, 256",
    "131072, 256",
    "131073, 128",
    "262144, 128",
    "262145, 64",
    "1048576, 32",
    "9223372036854775807, 32"
  })
  void takesTheLargestChunkWithAPageOfAtMost32MiB(long bytesPerToken, int tokens) {
    assertThat(DEFAULTS.chunkTokensFor(bytesPerToken)).isEqualTo(tokens);
    PluginConfig set = given().property("terrace.chunkTokens", "64").config();
    assertThat(set.chunkTokensFor(bytesPerToken)).isEqualTo(64);
  }

  @ParameterizedTest
  @CsvSource({
    "4294967296, 1073741824, 805306368",
    "1073741824, 1073741824, 67108864",
    "536870912, 1073741824, 67108864",
    "8589934592, 9223372036854775807, 67108864",
    "0, 1073741824, 67108864",
    "1341521920, 1073741824, 67108864",
    "1610612736, 1073741824, 134217728"
  })
  void takesAQuarterOfWhatTheHeapLeaves(long total, long heap, long pool) {
    assertThat(DefaultPool.bytes(total, heap)).isEqualTo(pool);
  }

  @Test
  void readsThisProcess() {
    ConfigSources sources = ConfigSources.ofProcess();
    assertThat(sources.totalMemoryBytes()).isGreaterThan(64L << 20);
    assertThat(sources.maxHeapBytes()).isEqualTo(Runtime.getRuntime().maxMemory());
    assertThat(sources.properties())
        .containsEntry("java.version", System.getProperty("java.version"));
    assertThat(sources.toString()).doesNotContain(sources.properties().get("java.version"));
  }

  @Test
  void saysOnOneLineWhatIsNotTheDefault() {
    Settings settings =
        ConfigLoader.load(
                given()
                    .file("\npool.bytes: 1073741824")
                    .property("terrace.jlama.repair", "false")
                    .sources())
            .settings();
    assertThat(settings)
        .hasToString(
            "pool.bytes=1GiB (terrace.yaml:2), jlama.repair=false (system property"
                + " terrace.jlama.repair)");
  }
}
