/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.lmcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.cli.lmcache.LmcacheImport.Imported;
import io.terrace.config.ConfigLoader;
import io.terrace.config.ConfigSources;
import io.terrace.config.PluginConfig;
import io.terrace.spi.config.ConfigException;
import io.terrace.spi.config.ConfigSpec;
import io.terrace.spi.config.Option;
import io.terrace.spi.config.Settings;
import io.terrace.tier.s3.S3TierProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys of buckets, and what is left out. */
final class LmcacheImportTest {
  private static final ConfigSpec BUCKET = new S3TierProvider().options();

  @TempDir private Path folder = Path.of("");

  private static Object value(Settings settings, String name) {
    Option<?> option = BUCKET.option(name).orElseThrow();
    return settings.find(option).orElseThrow();
  }

  private Imported imported(String yaml) throws IOException {
    return LmcacheImport.read(Files.writeString(folder.resolve("lmcache.yaml"), yaml));
  }

  private PluginConfig loaded(Imported imported, Map<String, String> environment)
      throws IOException {
    Files.writeString(folder.resolve("terrace.yaml"), imported.yaml());
    ConfigSources sources = new ConfigSources(environment, Map.of(), folder, 64L << 30, 1L << 30);
    return ConfigLoader.load(sources).config();
  }

  /** What is set for the bucket, as {@code key=value}; secrets masked. */
  private List<String> bucket(Imported imported) throws IOException {
    String all = loaded(imported, Map.of()).tierSettings("s3", BUCKET).toString();
    return List.of(all.replaceAll(" \\(terrace.yaml:[0-9]+\\)", "").split(", ", -1));
  }

  @Test
  void amazon() throws IOException {
    Imported imported =
        imported(
            """
            chunk_size: 256
            local_cpu: False
            save_unfull_chunk: False
            remote_url: "s3://kv-bucket.s3.us-east-1.amazonaws.com"
            remote_serde: "naive"
            blocking_timeout_secs: 10
            extra_config:
              s3_region: "us-east-1"
              s3_num_io_threads: 64
              s3_file_prefix: "/team/kv/"
              save_chunk_meta: False
              disable_tls: false
              aws_access_key_id: ""
              aws_secret_access_key: ""
            """);
    assertThat(bucket(imported))
        .containsExactlyInAnyOrder(
            "tiers.s3.bucket=kv-bucket",
            "tiers.s3.prefix=team/kv",
            "tiers.s3.region=us-east-1",
            "tiers.s3.connections=64",
            "tiers.s3.timeout=10s",
            "tiers.s3.codec=raw");
    assertThat(imported.leftOut())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .endsWith(":3: save_unfull_chunk: unfinished chunks are" + " always kept"),
            line -> assertThat(line).contains(":11: extra_config.save_chunk_meta: a chunk"));
    assertThat(imported.converted()).isEqualTo(9);
  }

  @Test
  void anotherStoreWithItsKeys() throws IOException {
    Imported imported =
        imported(
            """
            remote_url: "s3://test-127.cwlota.com"
            extra_config:
              s3_max_io_concurrency: 320
              s3_max_inflight_reqs: 160
              s3_region: "US-WEST-04A"
              s3_prefer_http2: False
              disable_tls: True
              aws_access_key_id: "AKIAHUNTER"
              aws_secret_access_key: "hunter2"
            """);
    assertThat(bucket(imported))
        .containsExactlyInAnyOrder(
            "tiers.s3.bucket=test-127",
            "tiers.s3.endpoint=http://cwlota.com",
            "tiers.s3.pathStyle=false",
            "tiers.s3.http2=false",
            "tiers.s3.region=US-WEST-04A",
            "tiers.s3.connections=160");
    assertThat(imported.yaml())
        .contains("# The bucket: what stands before the first dot of the host.");
    assertThat(imported.leftOut())
        .satisfiesExactly(
            line -> assertThat(line).contains("s3_max_io_concurrency: 'connections' is set by"),
            line ->
                assertThat(line)
                    .contains("aws_access_key_id: a secret, not copied: set")
                    .endsWith("TERRACE_TIERS_S3_ACCESSKEY"),
            line -> assertThat(line).endsWith("TERRACE_TIERS_S3_SECRETKEY"));
    assertThat(imported.toString()).doesNotContainIgnoringCase("hunter");
  }

  @Test
  void theVariablesThatAreNamedSetTheSecrets() throws IOException {
    Imported imported =
        imported("remote_url: s3://kv\naws_access_key_id: a\naws_secret_access_key: b\n");
    assertThat(imported.yaml())
        .contains(
            "# accessKey: from the environment variable TERRACE_TIERS_S3_ACCESSKEY",
            "# secretKey: from the environment variable TERRACE_TIERS_S3_SECRETKEY");
    Map<String, String> environment =
        Map.of("TERRACE_TIERS_S3_ACCESSKEY", "one", "TERRACE_TIERS_S3_SECRETKEY", "two");
    Settings s3 = loaded(imported, environment).tierSettings("s3", BUCKET);
    assertThat(value(s3, "accessKey")).isEqualTo("one");
    assertThat(value(s3, "secretKey")).isEqualTo("two");
  }

  @Test
  void keysOfBucketsBesideTheSection() throws IOException {
    Imported imported =
        imported(
            """
            remote_url: s3://kv/a
            s3_region: eu-west-1
            s3_endpoint: http://minio:9000
            s3_file_prefix: b
            s3_max_inflight_reqs: 8
            disable_tls: true
            extra_config: {s3_max_inflight_reqs: 9}
            """);
    assertThat(bucket(imported))
        .containsExactlyInAnyOrder(
            "tiers.s3.bucket=kv",
            "tiers.s3.prefix=a",
            "tiers.s3.region=eu-west-1",
            "tiers.s3.endpoint=http://minio:9000",
            "tiers.s3.connections=9");
    assertThat(imported.leftOut())
        .satisfiesExactly(
            line -> assertThat(line).endsWith(":4: s3_file_prefix: 'prefix' is set by another key"),
            line -> assertThat(line).contains("LMCache reads 'extra_config.s3_max_inflight_reqs'"),
            line -> assertThat(line).contains(":6: disable_tls: Amazon is asked over TLS"));
  }

  @Test
  void aRegionThatIsNamedCountsMoreThanTheUrl() throws IOException {
    String url = "remote_url: s3://kv.s3.us-east-1.amazonaws.com\n";
    assertThat(bucket(imported(url))).contains("tiers.s3.region=us-east-1");
    assertThat(bucket(imported(url + "s3_region: eu-west-1\n")))
        .contains("tiers.s3.region=eu-west-1");
  }

  @Test
  void keysOfATierThatIsNotThere() throws IOException {
    Imported imported =
        imported(
            """
            local_disk: /mnt/kv
            max_local_disk_size: 0
            use_gds: true
            remote_url: false
            blocking_timeout_secs: 10
            s3_region: x
            disable_tls: true
            aws_access_key_id: x
            remote_storage_plugins: [fs.one, hf3fs]
            """);
    assertThat(loaded(imported, Map.of()).stack()).containsExactly("cpu");
    assertThat(imported.leftOut())
        .satisfiesExactly(
            line -> assertThat(line).contains("local_disk: LMCache keeps nothing there without"),
            line -> assertThat(line).contains("max_local_disk_size: concerns a tier that is not"),
            line ->
                assertThat(line).endsWith("use_gds: concerns a tier that is not in the stack: gds"),
            line -> assertThat(line).endsWith("in the stack: fs or s3"),
            line ->
                assertThat(line)
                    .endsWith("s3_region: concerns a tier that is not in the stack: s3"),
            line -> assertThat(line).contains("disable_tls: concerns a tier"),
            line -> assertThat(line).contains("aws_access_key_id: concerns a tier"),
            line -> assertThat(line).contains("remote_storage_plugins: tiers are jars"));
  }

  @Test
  void severalFolders() throws IOException {
    Imported imported = imported("gds_path: /mnt/a,/mnt/b\nweka_path: /mnt/weka\n");
    assertThat(imported.yaml()).contains("root: /mnt/a  # gds_path").doesNotContain("weka", "/b");
    assertThat(imported.leftOut())
        .satisfiesExactly(
            line -> assertThat(line).contains("gds_path: a tier has one root, the first was taken"),
            line -> assertThat(line).contains("weka_path: the tier 'gds' has its root from anoth"));
    assertThat(imported("weka_path: /mnt/weka\n").yaml()).contains("root: /mnt/weka");
    Imported plugins =
        imported(
            """
            remote_storage_plugins: [fs, hf3fs]
            extra_config: {remote_storage_plugin.fs.base_path: /mnt/share}
            """);
    assertThat(plugins.yaml()).contains("root: /mnt/share");
    assertThat(plugins.leftOut())
        .singleElement()
        .asString()
        .contains("remote_storage_plugins: but for 'fs': tiers are jars");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max_local_cpu_size: 0.001|'pool.bytes' takes no 1073741 but a size",
        "max_local_cpu_size: 0|'pool.bytes' takes no 0 but a size",
        "chunk_size: 16|'chunkTokens' takes no 16 but a whole number, one of 32, 64, 128, 256",
        "'{remote_url: s3://kv, blocking_timeout_secs: 1000}'|'timeout' takes no 1000s",
        "'{remote_url: s3://kv, remote_serde: cachegen}'|tiers keep chunks without loss",
        "'{remote_url: s3://kv, s3_prefer_http2: true}'|set 'http2: true' and 'http: netty'",
        "'{remote_url: s3://kv, s3_num_io_threads: 2000}'|'connections' takes no 2000 but",
        "'{gds_path: /mnt/kv, extra_config: {disk_io_threads: 0}}'|'threads' takes no 0 but",
      })
  void valuesThatAreNotTakenHere(String yaml, String reason) throws IOException {
    Imported imported = imported(yaml);
    assertThat(imported.leftOut()).singleElement().asString().contains(reason);
    assertThat(loaded(imported, Map.of()).stack()).isNotEmpty();
  }

  @Test
  void numbersAsLmcacheReadsThem() throws IOException {
    assertThat(imported("max_local_cpu_size: '1e1'\n").yaml()).contains("pool.bytes: 10GiB");
    assertThat(imported("max_local_cpu_size: .5\n").yaml()).contains("pool.bytes: 512MiB");
    assertThat(imported("max_local_cpu_size: 0.1\n").yaml())
        .contains("pool.bytes: 107374182  # max");
    assertThat(loaded(imported("max_local_cpu_size: 0.1\n"), Map.of()).poolBytes())
        .isEqualTo((long) (0.1 * (1L << 30)));
  }

  @Test
  void textsThatDoNotFitOnALine() {
    for (String text : List.of("a\\nb", "a\\tb", "a\\u2028b", "a\\u0085b")) {
      assertThatThrownBy(() -> imported("remote_url: s3://kv\ns3_region: \"" + text + "\"\n"))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("lmcache.yaml:2: 's3_region' is 'a?b', wanted a text on one line");
    }
  }

  @Test
  void textsThatYamlWouldReadAsSomethingElse() throws IOException {
    Imported imported =
        imported("remote_url: s3://kv\ns3_region: \"a: 'b' # c\"\ns3_file_prefix: '[x]'\n");
    assertThat(bucket(imported)).contains("tiers.s3.region=a: 'b' # c", "tiers.s3.prefix=[x]");
    for (String word : List.of("null", "NULL", "~", "on", "0x1F", "-", "größe", "a: b")) {
      assertThat(bucket(imported("remote_url: s3://kv\ns3_region: '" + word + "'\n")))
          .contains("tiers.s3.region=" + word);
    }
  }
}
