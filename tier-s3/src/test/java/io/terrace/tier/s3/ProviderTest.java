/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.KvTierProvider;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import io.terrace.spi.config.ConfigException;
import io.terrace.spi.config.Settings;
import io.terrace.spi.kit.RecordingSink;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tier as users open it: by settings, each of which works or is refused by name. */
final class ProviderTest extends ProxiedTest {
  private static final String SECRET = "a-secret-that-is-shown-nowhere";

  @TempDir private static Path certificates;
  private static TlsServer tls;

  @BeforeAll
  static void startTls() throws Exception {
    tls = new TlsServer(certificates);
  }

  @AfterAll
  static void stopTls() throws IOException {
    tls.close();
  }

  private static S3Settings values(Map<String, String> written) {
    return S3TierProvider.values(Settings.of(new S3TierProvider().options(), written));
  }

  private static String refusal(Map<String, String> written) {
    ConfigException refused =
        catchThrowableOfType(ConfigException.class, () -> TestTiers.open(written).close());
    assertThat(refused).as("opened with " + written.keySet()).isNotNull();
    assertThat(refused.toString()).doesNotContain(SECRET, TlsServer.PASSWORD);
    return String.valueOf(refused.getMessage());
  }

  private static void expectWorks(KvTier tier) throws Exception {
    TestChunk chunk = new TestChunks(3).full(1);
    assertThat(tier.write(chunk.bytes(), TestTiers.inTime())).isEqualTo(WriteResult.STORED);
    RecordingSink sink = new RecordingSink();
    assertThat(tier.read(chunk.key(), sink, TestTiers.inTime())).isEqualTo(ReadOutcome.FOUND);
    assertThat(sink.payload()).isEqualTo(chunk.payloadBytes());
  }

  @Test
  void isFoundByItsType() {
    assertThat(ServiceLoader.load(KvTierProvider.class).stream().map(each -> each.get().type()))
        .contains("s3");
  }

  @Test
  void worksWithWhatIsNeededAlone() throws Exception {
    try (KvTier tier = TestTiers.open(keys())) {
      expectWorks(tier);
      assertThat(tier.capabilities().shared()).isTrue();
    }
  }

  @Test
  void hasDefaults() {
    S3Settings aws = values(Map.of("bucket", "chunks"));
    assertThat(aws.endpoint()).isNull();
    assertThat(aws.region()).isNull();
    assertThat(aws.pathStyle()).isFalse();
    assertThat(aws.credentials()).isNull();
    assertThat(aws.trust()).isNull();
    assertThat(aws.http()).isEqualTo(HttpKind.APACHE);
    assertThat(aws.http2()).isFalse();
    assertThat(aws.connections()).isEqualTo(64);
    assertThat(aws.connectTimeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(aws.checksums()).isEqualTo(Checksums.REQUIRED);
    assertThat(aws.names().prefix()).isEqualTo("terrace/");
    assertThat(aws.multipartAbove()).isEqualTo(Long.MAX_VALUE);
    assertThat(aws.limits()).isEqualTo(new S3Settings.Limits(Long.MAX_VALUE, null));
    assertThat(aws.objects())
        .isEqualTo(new S3Settings.ObjectSettings(Encryption.NONE, null, null, false, List.of()));
    S3Settings other = values(Map.of("bucket", "chunks", "endpoint", "https://s3.test:9000"));
    assertThat(other.region()).isEqualTo("us-east-1");
    assertThat(other.pathStyle()).isTrue();
  }

  @Test
  void takesEverySetting() {
    Map<String, String> written = new HashMap<>();
    written.put("bucket", "chunks");
    written.put("prefix", "team/a");
    written.put("endpoint", "https://s3.test:9000");
    written.put("region", "eu-central-1");
    written.put("pathStyle", "false");
    written.put("http", "netty");
    written.put("http2", "true");
    written.put("connections", "320");
    written.put("connectTimeout", "250ms");
    written.put("checksums", "supported");
    written.put("trustStore", tls.keyStore().toString());
    written.put("trustStorePassword", TlsServer.PASSWORD);
    written.put("accessKey", "AKIA");
    written.put("secretKey", SECRET);
    written.put("sessionToken", SECRET + "-token");
    written.put("encryption", "kms");
    written.put("kmsKey", "arn:test");
    written.put("storageClass", "STANDARD_IA");
    written.put("requestPayer", "true");
    written.put("tags", "app=terrace,team=a b");
    written.put("multipartAbove", "64MiB");
    written.put("capacity", "1TiB");
    written.put("maxAge", "30d");
    S3Settings all = values(written);
    assertThat(all)
        .isEqualTo(
            new S3Settings(
                "chunks",
                new ObjectNames("team/a/"),
                URI.create("https://s3.test:9000"),
                "eu-central-1",
                false,
                HttpKind.NETTY,
                true,
                320,
                Duration.ofMillis(250),
                Checksums.SUPPORTED,
                new S3Settings.Trust(tls.keyStore(), TlsServer.PASSWORD),
                new S3Settings.Keys("AKIA", SECRET, SECRET + "-token"),
                new S3Settings.ObjectSettings(
                    Encryption.KMS,
                    "arn:test",
                    "STANDARD_IA",
                    true,
                    List.of("app=terrace", "team=a b")),
                64L << 20,
                new S3Settings.Limits(1L << 40, Duration.ofDays(30))));
    assertThat(all.toString()).doesNotContain(SECRET, TlsServer.PASSWORD, "AKIA");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "endpoint | s3.example.com:9000 | endpoint",
        "endpoint | ftp://s3.example.com | endpoint",
        "endpoint | http://user:word@host | endpoint",
        "bucket | a/b | bucket",
        "prefix | /a | prefix",
        "http2 | true | http: netty",
        "trustStore | /no/such/file.pem | trustStore",
        "tags | malformed | name=value",
        "tags | =a | name=value",
        "sessionToken | t | sessionToken",
        "accessKey | AKIA | secretKey",
        "secretKey | s | accessKey",
        "kmsKey | k | encryption: kms",
        "connections | 0 | connections",
        "multipartAbove | 1MiB | multipartAbove",
        "colour | blue | colour",
      })
  void refusesWhatIsWrongByItself(String key, String value, String names) {
    Map<String, String> written = new HashMap<>(Map.of("bucket", "chunks"));
    written.put(key, value);
    assertThatThrownBy(() -> values(written))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(key)
        .hasMessageContaining(names);
  }

  @Test
  void refusesATrustStoreThatCrtCannotUse() {
    assertThat(refusal(keys("http", "crt", "trustStore", tls.pem().toString())))
        .contains("trustStore", "crt");
  }

  @Test
  void refusesABucketThatIsMissing() {
    assertThat(refusal(keys("bucket", "no-such-bucket")))
        .contains("'bucket' is 'no-such-bucket'", proxy.endpoint().toString());
  }

  @Test
  void refusesWrongKeysByName() {
    assertThat(refusal(keys("accessKey", SECRET))).contains("'accessKey'");
    assertThat(refusal(keys("secretKey", SECRET))).contains("'secretKey'");
  }

  @Test
  void refusesATokenThatHasRunOut() {
    proxy.fail(Fault.error(400, "ExpiredToken"));
    assertThat(refusal(keys("sessionToken", SECRET))).contains("'sessionToken'");
  }

  @Test
  void refusesARegionThatDoesNotMatchAndSaysWhich() {
    proxy.fail(
        Fault.error(
            400,
            "AuthorizationHeaderMalformed",
            "",
            "the region 'us-west-2' is wrong; expecting 'eu-central-1'"));
    assertThat(refusal(keys("region", "us-west-2")))
        .contains("'region' is 'us-west-2', wanted eu-central-1");
    proxy.fail(
        Fault.error(301, "PermanentRedirect", "x-amz-bucket-region: ap-south-1\r\n", "elsewhere"));
    assertThat(refusal(keys("region", "us-west-2"))).contains("wanted ap-south-1");
  }

  @Test
  void opensWithoutAServerAndFindsItLater() throws Exception {
    proxy.refuse();
    try (KvTier tier = TestTiers.open(keys())) {
      proxy.acceptAgain();
      expectWorks(tier);
    }
  }

  @Test
  void opensOnABucketThatMayNotBeListed() throws Exception {
    proxy.fail(
        Fault.error(403, "AccessDenied").when(exchange -> exchange.line().contains("list-type")));
    try (KvTier tier = TestTiers.open(keys())) {
      expectWorks(tier);
    }
  }

  @Test
  void opensWhenTheServerFails() throws Exception {
    proxy.fail(Fault.error(500, "InternalError"));
    try (KvTier tier = TestTiers.open(keys())) {
      proxy.fail(Fault.none());
      expectWorks(tier);
    }
  }

  @Test
  void certificateThatIsNotTrustedIsRefused() {
    assertThat(refusal(TestTiers.keys(tls.endpoint(), prefix)))
        .contains("'trustStore'", tls.endpoint().toString());
  }

  @ParameterizedTest
  @CsvSource({"apache, pem", "apache, p12", "netty, pem"})
  void certificateThatIsTrustedWorks(String http, String kind) throws Exception {
    Map<String, String> keys = TestTiers.keys(tls.endpoint(), prefix, "http", http);
    boolean pem = kind.equals("pem");
    keys.put("trustStore", (pem ? tls.pem() : tls.keyStore()).toString());
    if (!pem) {
      keys.put("trustStorePassword", TlsServer.PASSWORD);
    }
    assertThat(refusal(keys)).contains("'bucket'"); // by TLS, the server says that there is none
    keys.put("bucket", "tls-" + http + "-" + kind);
    try (S3Clients clients = new S3Clients(values(keys), new Counters())) {
      clients.calls().createBucket(create -> create.bucket(keys.get("bucket")));
    }
    try (KvTier tier = TestTiers.open(keys)) {
      expectWorks(tier);
    }
  }

  @Test
  void wrongPasswordOfATrustStoreIsRefusedAndNotShown() {
    Map<String, String> keys = TestTiers.keys(tls.endpoint(), prefix);
    keys.put("trustStore", tls.keyStore().toString());
    keys.put("trustStorePassword", SECRET);
    assertThat(refusal(keys)).contains("'trustStore'");
  }

  @Test
  void trustStoreThatHoldsNoCertificatesIsRefused(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("empty.pem"), "nothing");
    Map<String, String> keys = TestTiers.keys(tls.endpoint(), prefix);
    keys.put("trustStore", file.toString());
    assertThat(refusal(keys)).contains("'trustStore'", "empty.pem");
  }

  @Test
  void addressWithoutTlsIsRefusedByTls() {
    URI plain = S3ProxyServer.endpoint();
    assertThat(refusal(TestTiers.keys(URI.create("https://127.0.0.1:" + plain.getPort()), prefix)))
        .contains("'endpoint'");
  }

  /** Work that may throw. */
  @FunctionalInterface
  private interface Action {
    void run() throws Exception;
  }

  /** Runs something while the SDK looks for keys and region in the files of a folder alone. */
  private static void withSdkFilesIn(Path folder, Action action) throws Exception {
    for (String name : List.of("AWS_ACCESS_KEY_ID", "AWS_REGION", "AWS_WEB_IDENTITY_TOKEN_FILE")) {
      assumeTrue(System.getenv(name) == null, "the environment has " + name);
    }
    Map<String, String> properties =
        Map.of(
            "aws.configFile", folder.resolve("config").toString(),
            "aws.sharedCredentialsFile", folder.resolve("credentials").toString(),
            "aws.disableEc2Metadata", "true");
    properties.forEach(System::setProperty);
    try {
      action.run();
    } finally {
      properties.keySet().forEach(System::clearProperty);
    }
  }

  private Map<String, String> keysOfTheSdk() {
    Map<String, String> keys = keys();
    keys.remove("accessKey");
    keys.remove("secretKey");
    return keys;
  }

  @Test
  void keysAndRegionThatTheSdkDoesNotFindAreNamed(@TempDir Path empty) throws Exception {
    withSdkFilesIn(
        empty,
        () -> {
          assertThat(refusal(keysOfTheSdk())).contains("'accessKey'", "AWS SDK");
          assertThat(refusal(Map.of("bucket", "chunks"))).contains("'region'", "AWS SDK");
        });
  }

  @Test
  void requestThatWaitsForKeysCountsAsNotSent(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("config"), "[default]\ncredential_process = sleep 3\n");
    withSdkFilesIn(
        folder,
        () -> {
          try (KvTier tier = TestTiers.open(keysOfTheSdk(), S3Tier.REST)) {
            Deadline soon = Deadline.after(Duration.ofMillis(300));
            assertThatThrownBy(() -> tier.contains(new TestChunks(3).full(1).key(), soon))
                .isInstanceOf(TierException.class)
                .hasMessageContaining("where the keys come from");
            assertThat(tier.counters())
                .containsEntry("fail.unsent", 1L)
                .containsEntry("fail.throttled", 0L);
            assertThat(proxy.requests()).isEmpty();
          }
        });
  }
}
