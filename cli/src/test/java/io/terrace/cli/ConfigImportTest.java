/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.config.ConfigLoader;
import io.terrace.config.ConfigSources;
import io.terrace.config.PluginConfig;
import io.terrace.spi.config.ConfigSpec;
import io.terrace.spi.config.Settings;
import io.terrace.tier.nfs.NfsTierProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code terrace config import}: the command, and what our own loader reads from its output. */
final class ConfigImportTest {
  private static final ConfigSpec NFS = new NfsTierProvider().options();

  @TempDir private Path folder = Path.of("");

  private Path lmcache(String yaml) throws IOException {
    return Files.writeString(folder.resolve("lmcache.yaml"), yaml);
  }

  private CommandRun run(String yaml, String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("config", "import"));
    arguments.addAll(List.of(options));
    arguments.add(lmcache(yaml).toString());
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  /** What our loader makes of standard output. */
  private PluginConfig loaded(CommandRun run) throws IOException {
    assertThat(run.status()).as(run.err()).isZero();
    Files.writeString(folder.resolve("terrace.yaml"), run.out());
    return ConfigLoader.load(new ConfigSources(Map.of(), Map.of(), folder, 64L << 30, 1L << 30))
        .config();
  }

  private static Object value(Settings settings, ConfigSpec spec, String key) {
    return settings.get(spec.option(key).orElseThrow());
  }

  @Test
  void memory() throws IOException {
    CommandRun run =
        run(
            """
            # tokens in a chunk
            chunk_size: 128
            local_cpu: true
            max_local_cpu_size: 5.0
            """);
    PluginConfig config = loaded(run);
    assertThat(config.stack()).containsExactly("cpu");
    assertThat(config.chunkTokens()).hasValue(128);
    assertThat(config.poolBytes()).isEqualTo(5L << 30);
    assertThat(run.err()).isEqualTo("3 of 3 keys converted\n");
  }

  @Test
  void aDiskBelowMemory() throws IOException {
    CommandRun run =
        run(
            """
            chunk_size: 256
            max_local_cpu_size: 2
            local_disk: "file:///local/kv cache/"
            max_local_disk_size: 2.5
            extra_config: {'use_odirect': True}
            """);
    PluginConfig config = loaded(run);
    assertThat(config.stack()).containsExactly("cpu", "disk");
    assertThat(config.tierType("disk")).isEqualTo("nfs");
    Settings disk = config.tierSettings("disk", NFS);
    assertThat(value(disk, NFS, "root")).isEqualTo(Path.of("/local/kv cache"));
    assertThat(value(disk, NFS, "capacity")).isEqualTo(5L << 29);
    assertThat(value(disk, NFS, "read")).hasToString("DIRECT");
    assertThat(run.err()).startsWith("5 of 5 keys");
  }

  @Test
  void gpuDirectStorage() throws IOException {
    CommandRun run =
        run(
            """
            chunk_size: 256
            local_cpu: false
            gds_path: /mnt/gds/cache
            gds_buffer_size: 8192
            use_gds: false
            extra_config:
              use_direct_io: true
              disk_io_threads: 32
            """);
    PluginConfig config = loaded(run);
    assertThat(config.stack()).containsExactly("gds");
    assertThat(config.tierType("gds")).isEqualTo("nfs");
    Settings gds = config.tierSettings("gds", NFS);
    assertThat(value(gds, NFS, "root")).isEqualTo(Path.of("/mnt/gds/cache"));
    assertThat(value(gds, NFS, "gds")).hasToString("OFF");
    assertThat(value(gds, NFS, "read")).hasToString("DIRECT");
    assertThat(value(gds, NFS, "threads")).isEqualTo(32);
    assertThat(run.out()).contains("cpu is left out: put it in front");
    assertThat(run.err()).contains("6 of 7 keys", "lmcache.yaml:4: gds_buffer_size: no memory of");
  }

  @Test
  void allTiersInTheOrderOfLmcache() throws IOException {
    CommandRun run =
        run(
            """
            local_disk: /local/kv
            max_local_disk_size: 10
            gds_path: /mnt/gds
            remote_url: "s3://kv-bucket"
            remote_storage_plugins: ["fs"]
            remote_serde: naive
            blocking_timeout_secs: 100
            extra_config:
              remote_storage_plugin.fs.base_path: /mnt/share
              fs_connector_use_odirect: false
            """);
    PluginConfig config = loaded(run);
    assertThat(config.stack()).containsExactly("cpu", "disk", "gds", "s3", "fs");
    Settings fs = config.tierSettings("fs", NFS);
    assertThat(value(fs, NFS, "root")).isEqualTo(Path.of("/mnt/share"));
    assertThat(value(fs, NFS, "read")).hasToString("CHANNEL");
    for (String tier : List.of("fs", "s3")) {
      assertThat(config.commonSettings(tier).toString())
          .contains("tiers." + tier + ".timeout=100s", "tiers." + tier + ".codec=raw");
    }
    assertThat(config.commonSettings("disk").toString()).doesNotContain("timeout", "codec");
    assertThat(run.err()).startsWith("9 of 9 keys");
  }

  @Test
  void aSharedFolderAsRemoteUrl() throws IOException {
    PluginConfig config = loaded(run("remote_url: \"fs://localhost:0/mnt/share\"\n"));
    assertThat(config.stack()).containsExactly("cpu", "fs");
    Settings fs = config.tierSettings("fs", NFS);
    assertThat(value(fs, NFS, "root")).isEqualTo(Path.of("/mnt/share"));
  }

  @Test
  void whatHasNoCounterpartIsListedWithItsLineAndReason() throws IOException {
    CommandRun run =
        run(
            """
            chunk_size: 512
            local_cpu: False
            save_decode_cache: True
            pre_caching_hash_algorithm: sha256_cbor
            enable_blending: true
            enable_p2p: true
            p2p_host: localhost
            nixl_buffer_size: 1073741824
            remote_url: "mooncakestore://user:hunter2@localhost:50051/"
            remote_serde: cachegen
            cach_policy: LRU
            gds_path_sharding: null
            extra_config:
              enable_nixl_storage: true
              nixl_backend_params: {secret_key: hunter2}
              flux: hunter2
            """);
    assertThat(loaded(run).stack()).containsExactly("cpu");
    assertThat(run.out()).contains("no other tier has a counterpart: memory alone");
    List<String> lines =
        run.err().lines().map(line -> line.replace(folder + "/", "").strip()).toList();
    assertThat(lines.get(0)).startsWith("1 of 14 keys converted; of the others");
    assertThat(lines.subList(1, lines.size()))
        .satisfiesExactly(
            line -> assertThat(line).startsWith("lmcache.yaml:1: chunk_size: ").contains("512"),
            line -> assertThat(line).startsWith("lmcache.yaml:3: save_decode_cache: answers are"),
            line -> assertThat(line).contains(":4: pre_caching_hash_algorithm: keys are SHA-256"),
            line -> assertThat(line).contains(":5: enable_blending: only equal beginnings"),
            line -> assertThat(line).contains(":6: enable_p2p: instances share"),
            line -> assertThat(line).contains(":7: p2p_host: instances share"),
            line -> assertThat(line).contains(":8: nixl_buffer_size: prefill and decoding"),
            line -> assertThat(line).contains("there is no tier for mooncakestore://"),
            line -> assertThat(line).contains(":10: remote_serde: concerns a tier that is not"),
            line -> assertThat(line).contains(":11: cach_policy: not known: is 'cache_policy' me"),
            line -> assertThat(line).contains(":14: extra_config.enable_nixl_storage: prefill"),
            line -> assertThat(line).contains(":15: extra_config.nixl_backend_params.secret_key: "),
            line -> assertThat(line).endsWith(":16: extra_config.flux: not known"));
    assertThat(run.err() + run.out()).doesNotContain("hunter2");
  }

  @Test
  void writesAFileAndOverwritesNone() throws IOException {
    Path output = folder.resolve("made.yaml");
    CommandRun run = run("chunk_size: 64\n", "--output=" + output);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(output).content().contains("chunkTokens: 64");
    CommandRun again = run("chunk_size: 32\n", "--output=" + output);
    assertThat(again.status()).isEqualTo(2);
    assertThat(again.err()).contains("--output=" + output + " is there already");
    assertThat(output).content().contains("chunkTokens: 64");
    CommandRun nowhere = run("chunk_size: 32\n", "--output=" + folder.resolve("no/made.yaml"));
    assertThat(nowhere.status()).isEqualTo(2);
    assertThat(nowhere.err()).contains("cannot be written: there is no such file or folder");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "chunk_size: many|:1: 'chunk_size' is 'many', wanted a whole number",
        "chunk_size: -256|:1: 'chunk_size' is '-256', wanted a whole number",
        "chunk_size: [256]|:1: 'chunk_size' is a list, wanted a whole number",
        "max_local_cpu_size: lots|:1: 'max_local_cpu_size' is 'lots', wanted a number of GiB",
        "max_local_cpu_size: 1e999999999|'max_local_cpu_size' is '1e999999999', wanted",
        "max_local_cpu_size: -1|'max_local_cpu_size' is '-1', wanted a number of GiB",
        "local_cpu: maybe|:1: 'local_cpu' is 'maybe', wanted true or false",
        "remote_url: kv-bucket|:1: 'remote_url' is '***', wanted a URL",
        "remote_url: 's3://key:hunter2@bucket'|'remote_url' is '***', wanted s3://BUCKET, s3://",
        "remote_url: 's3://localhost:9000'|'remote_url' is '***', wanted s3://BUCKET",
        "remote_url: 'fs://localhost:0'|'remote_url' is '***', wanted a folder",
        "extra_config: '{\"aws_secret_access_key\": \"hunter2\"}'|'extra_config' is '***', wanted a map",
        "'{remote_url: s3://b, aws_secret_access_key: [hunter2]}'|'aws_secret_access_key' is a list",
        "'{remote_url: s3://b, s3_endpoint: \"https://u:hunter2@h\"}'|'s3_endpoint' is '***', wanted",
        "'a: \"hunter2'|:1: not YAML: ",
        "'- chunk_size'|:1: wanted a map of keys",
        "model: llama|no key of LMCache's is set, wanted a file as LMCACHE_CONFIG_FILE names",
        "'# nothing'|no key of LMCache's is set",
      })
  void whatCannotBeReadIsRefused(String yaml, String message) throws IOException {
    CommandRun run = run(yaml);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("lmcache.yaml", message).doesNotContain("hunter2", "\tat ");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void allProblemsAreToldAtOnceAndNothingIsWritten() throws IOException {
    Path output = folder.resolve("made.yaml");
    CommandRun run = run("chunk_size: x\nlocal_cpu: y\n", "--output=" + output);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("2 configuration problems", ":1: 'chunk_size'", ":2: 'local_c");
    assertThat(output).doesNotExist();
  }

  @Test
  void aFileThatIsNotThereIsNamed() throws IOException {
    assertRefused(folder.resolve("none.yaml"), "none.yaml: there is no such file");
    assertRefused(folder, folder + ": is no file");
    Path latin = Files.write(folder.resolve("latin.yaml"), new byte[] {'a', ':', ' ', (byte) 0xe9});
    assertRefused(latin, "latin.yaml: not UTF-8");
    assertThat(CommandRun.of("config", "import").status()).isEqualTo(2);
    assertThat(CommandRun.of("config").err()).contains("terrace config import lmcache.yaml");
    Path closed = lmcache("chunk_size: 64\n");
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("-w-------"));
    if (!Files.isReadable(closed)) { // the superuser may read everything
      assertRefused(closed, "lmcache.yaml: cannot be read");
    }
  }

  private static void assertRefused(Path file, String message) {
    CommandRun run = CommandRun.of("config", "import", file.toString());
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains(message).doesNotContain("\tat ");
  }
}
