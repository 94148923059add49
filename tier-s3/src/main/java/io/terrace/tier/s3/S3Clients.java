/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.crt.AwsCrtAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3BaseClientBuilder;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The tier's clients of the server, made and closed here alone, over one set of connections. Reads
 * have clients of their own: once a server was overloaded, the SDK's adaptive mode holds all
 * requests of a client back, for seconds at times, and a read that comes so late is of no use. One
 * that fails is tried again, and the next one is sent at once. Safe for use by several threads.
 */
final class S3Clients implements AutoCloseable {
  /** A server that sends nothing for so long is not there any more; calls have their deadlines. */
  private static final Duration SILENCE = Duration.ofSeconds(30);

  private static final RetryMode OF_READS = RetryMode.STANDARD;
  private static final RetryMode OF_OTHERS = RetryMode.ADAPTIVE_V2;

  private final Answers answers;
  private final AwsCredentialsProvider credentials;
  private final SdkHttpClient http;
  private final S3Client reads;
  private final S3Client calls;
  private final Transfers transfers;
  private final @Nullable SdkEventLoopGroup eventLoops;

  /**
   * Makes them; nothing is sent yet.
   *
   * @throws IllegalArgumentException with what is wrong with the trust store
   * @throws software.amazon.awssdk.core.exception.SdkClientException if there is no region
   */
  S3Clients(S3Settings settings, Counters counters) {
    answers = new Answers(counters);
    credentials = credentials(settings.credentials());
    TrustManager[] trusted = TrustStore.managers(settings.trust());
    eventLoops = settings.http() == HttpKind.NETTY ? SdkEventLoopGroup.builder().build() : null;
    http = apache(settings, trusted).build();
    reads = blocking(settings, OF_READS);
    calls = blocking(settings, OF_OTHERS);
    transfers =
        settings.http() == HttpKind.APACHE
            ? new BlockingTransfers(reads, calls)
            : transfers(settings, async(settings, trusted).build());
  }

  private S3Client blocking(S3Settings settings, RetryMode retries) {
    return configured(S3Client.builder(), settings, retries).httpClient(http).build();
  }

  private Transfers transfers(S3Settings settings, SdkAsyncHttpClient shared) {
    var ofReads = configured(S3AsyncClient.builder(), settings, OF_READS).httpClient(shared);
    var ofOthers = configured(S3AsyncClient.builder(), settings, OF_OTHERS).httpClient(shared);
    return new AsyncTransfers(ofReads.build(), ofOthers.build(), shared);
  }

  /** One more client for payloads, by an HTTP client that is not {@link HttpKind#APACHE}. */
  S3AsyncClient another(S3Settings settings) {
    return configured(S3AsyncClient.builder(), settings, OF_OTHERS)
        .httpClientBuilder(async(settings, TrustStore.managers(settings.trust())))
        .build();
  }

  /** What the server answered so far. */
  Answers answers() {
    return answers;
  }

  /** What requests are signed with. */
  AwsCredentialsProvider credentials() {
    return credentials;
  }

  /** For reads without a payload that somebody waits for. */
  S3Client reads() {
    return reads;
  }

  /** For all other calls without a payload. */
  S3Client calls() {
    return calls;
  }

  /** For payloads. */
  Transfers transfers() {
    return transfers;
  }

  private static Apache5HttpClient.Builder apache(
      S3Settings settings, TrustManager @Nullable [] trusted) {
    Apache5HttpClient.Builder http =
        Apache5HttpClient.builder()
            .maxConnections(settings.connections())
            .connectionTimeout(settings.connectTimeout())
            .connectionAcquisitionTimeout(SILENCE)
            .socketTimeout(SILENCE);
    if (trusted != null) {
      http.tlsTrustManagersProvider(() -> trusted);
    }
    return http;
  }

  private SdkAsyncHttpClient.Builder<?> async(
      S3Settings settings, TrustManager @Nullable [] trusted) {
    return eventLoops != null ? netty(settings, eventLoops, trusted) : crt(settings);
  }

  private static SdkAsyncHttpClient.Builder<?> netty(
      S3Settings settings, SdkEventLoopGroup eventLoops, TrustManager @Nullable [] trusted) {
    NettyNioAsyncHttpClient.Builder http =
        NettyNioAsyncHttpClient.builder()
            .eventLoopGroup(eventLoops)
            .maxConcurrency(settings.connections())
            .connectionTimeout(settings.connectTimeout())
            .connectionAcquisitionTimeout(SILENCE)
            .readTimeout(SILENCE)
            .writeTimeout(SILENCE)
            .protocol(settings.http2() ? Protocol.HTTP2 : Protocol.HTTP1_1);
    if (trusted != null) {
      http.tlsTrustManagersProvider(() -> trusted);
    }
    return http;
  }

  private static SdkAsyncHttpClient.Builder<?> crt(S3Settings settings) {
    return AwsCrtAsyncHttpClient.builder()
        .maxConcurrency(settings.connections())
        .connectionTimeout(settings.connectTimeout());
  }

  private <B extends S3BaseClientBuilder<B, C>, C> B configured(
      B builder, S3Settings settings, RetryMode retries) {
    boolean all = settings.checksums() == Checksums.SUPPORTED;
    builder
        .credentialsProvider(credentials)
        .putAuthScheme(new UnsignedPayloads())
        .forcePathStyle(settings.pathStyle())
        .requestChecksumCalculation(
            all
                ? RequestChecksumCalculation.WHEN_SUPPORTED
                : RequestChecksumCalculation.WHEN_REQUIRED)
        .responseChecksumValidation(
            all
                ? ResponseChecksumValidation.WHEN_SUPPORTED
                : ResponseChecksumValidation.WHEN_REQUIRED)
        .overrideConfiguration(
            each ->
                each.retryStrategy(retries)
                    .putExecutionAttribute(Answers.HOLDS_BACK, retries == OF_OTHERS)
                    .addExecutionInterceptor(answers));
    if (settings.region() != null) {
      builder.region(Region.of(settings.region()));
    }
    if (settings.endpoint() != null) {
      builder.endpointOverride(settings.endpoint());
    }
    return builder;
  }

  private static AwsCredentialsProvider credentials(S3Settings.@Nullable Keys keys) {
    if (keys == null) {
      return DefaultCredentialsProvider.builder().build();
    }
    return StaticCredentialsProvider.create(
        keys.sessionToken() == null
            ? AwsBasicCredentials.create(keys.accessKey(), keys.secretKey())
            : AwsSessionCredentials.create(
                keys.accessKey(), keys.secretKey(), keys.sessionToken()));
  }

  @Override
  public void close() {
    transfers.close();
    reads.close();
    calls.close();
    http.close();
    if (eventLoops != null) {
      // Left to the SDK, each end would wait for two quiet seconds.
      Future<?> ignored = eventLoops.eventLoopGroup().shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }
}
