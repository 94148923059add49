/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import static java.net.http.HttpRequest.BodyPublishers.noBody;
import static java.net.http.HttpResponse.BodyHandlers.discarding;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.Collected;
import io.terrace.spi.KvTier;
import io.terrace.spi.Listing;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.StoredChunk;
import io.terrace.spi.WriteResult;
import io.terrace.spi.config.ConfigException;
import io.terrace.spi.config.Settings;
import io.terrace.spi.kit.RecordingContext;
import io.terrace.spi.kit.RecordingSink;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A bucket of S3 Express One Zone, which the SDK knows by its name: it asks for a session, whose
 * keys sign the requests that follow. Sessions are given here by a proxy; behind it is a server
 * that knows none.
 */
final class ExpressTest {
  private static final String BUCKET = "terrace--use1-az4--x-s3";

  private static S3Proxy server;

  private FaultProxy proxy;
  private final List<TestChunk> chunks = new ArrayList<>();
  private final String prefix = "express-" + Instant.now().toEpochMilli() + "/";

  /** One that asks for no signature: it would look for that of another service. */
  @BeforeAll
  static void start() throws Exception {
    server =
        S3Proxy.builder()
            .blobStore(new TransientNio2BlobStore())
            .endpoint(URI.create("http://127.0.0.1:0"))
            .ignoreUnknownHeaders(true)
            .build();
    server.start();
    HttpRequest make =
        HttpRequest.newBuilder(endpoint().resolve("/" + BUCKET)).PUT(noBody()).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      assertThat(client.send(make, discarding()).statusCode()).isEqualTo(200);
    }
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop();
  }

  private static URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  @BeforeEach
  void giveSessions() {
    proxy = new FaultProxy(endpoint());
    for (int i = 0; i < 7; i++) {
      chunks.add(new TestChunks(3).full(i));
    }
    proxy.fail(ExpressTest::meet);
  }

  @AfterEach
  void close() {
    proxy.close();
  }

  private static void meet(Exchange exchange) throws IOException {
    if (isForSession(exchange.line())) {
      exchange.answer(200, "", session());
    } else if (!exchange.hasHeader("x-amz-s3session-token")) {
      exchange.answer(403, "", "<Error><Code>AccessDenied</Code></Error>");
    } else {
      exchange.pass();
    }
  }

  private static boolean isForSession(String line) {
    return line.startsWith("GET ") && line.contains("?session");
  }

  private static String session() {
    return "<?xml version=\"1.0\"?><CreateSessionResult><Credentials><SessionToken>token</SessionToken>"
        + "<SecretAccessKey>"
        + S3ProxyServer.SECRET_KEY
        + "</SecretAccessKey><AccessKeyId>"
        + S3ProxyServer.ACCESS_KEY
        + "</AccessKeyId><Expiration>"
        + Instant.now().plusSeconds(300)
        + "</Expiration></Credentials></CreateSessionResult>";
  }

  private Map<String, String> options() {
    Map<String, String> options = new HashMap<>();
    options.put("bucket", BUCKET);
    options.put("prefix", prefix);
    options.put("endpoint", proxy.endpoint().toString());
    options.put("accessKey", S3ProxyServer.ACCESS_KEY);
    options.put("secretKey", S3ProxyServer.SECRET_KEY);
    return options;
  }

  private static Settings settings(Map<String, String> options) {
    return Settings.of(new S3TierProvider().options(), options);
  }

  @ParameterizedTest
  @EnumSource(HttpKind.class)
  void keepsChunks(HttpKind http) throws Exception {
    Map<String, String> options = options();
    options.put("http", http.name().toLowerCase(Locale.ROOT));
    try (KvTier tier = new S3TierProvider().open(settings(options), new RecordingContext())) {
      TestChunk chunk = chunks.getFirst();
      assertThat(tier.write(chunk.bytes(), TestTiers.inTime())).isEqualTo(WriteResult.STORED);
      RecordingSink sink = new RecordingSink();
      assertThat(tier.read(chunk.key(), sink, TestTiers.inTime())).isEqualTo(ReadOutcome.FOUND);
      assertThat(sink.payload()).isEqualTo(chunk.payloadBytes());
      assertThat(tier.collect(TestTiers.inTime())).isEqualTo(Collected.NOTHING);
      tier.remove(chunk.key(), TestTiers.inTime());
      assertThat(tier.contains(chunk.key(), TestTiers.inTime())).isFalse();
    }
    assertThat(proxy.requests()).anyMatch(ExpressTest::isForSession);
  }

  /** Such a bucket lists from its beginning alone, and in no order. */
  @Test
  void listsInOrderThoughTheBucketDoesNot() throws Exception {
    try (KvTier tier = new S3TierProvider().open(settings(options()), new RecordingContext())) {
      for (TestChunk chunk : chunks) {
        tier.write(chunk.bytes(), TestTiers.inTime());
      }
      List<ChunkKey> listed = new ArrayList<>();
      String after = null;
      do {
        Listing part = tier.list(after, 3, TestTiers.inTime());
        part.chunks().stream().map(StoredChunk::key).forEach(listed::add);
        after = part.next();
      } while (after != null);
      assertThat(listed).isEqualTo(chunks.stream().map(TestChunk::key).sorted().toList());
    }
    assertThat(proxy.requests()).noneMatch(line -> line.contains("start-after"));
  }

  @ParameterizedTest
  @CsvSource({"tags, team=kv", "requestPayer, true", "encryption, kms-dsse"})
  void refusesWhatSuchABucketDoesNotKnow(String key, String value) {
    Map<String, String> options = options();
    options.put(key, value);
    assertThatThrownBy(() -> S3TierProvider.values(settings(options)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(key)
        .hasMessageContaining("S3 Express");
  }
}
