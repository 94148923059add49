/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.spi.TierContext;
import io.terrace.spi.kit.RecordingContext;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens tiers for tests, with limits below what settings may say. */
record Opened(URI endpoint, String prefix, long capacityBytes, @Nullable Duration maxAge) {
  /** A tier without limits, in the bucket {@link TestBucket#NAME}. */
  static Opened at(URI endpoint, String prefix) {
    TestBucket.create(endpoint);
    return new Opened(endpoint, prefix, Long.MAX_VALUE, null);
  }

  Opened capacity(long bytes) {
    return new Opened(endpoint, prefix, bytes, maxAge);
  }

  Opened maxAge(Duration age) {
    return new Opened(endpoint, prefix, capacityBytes, age);
  }

  S3Settings settings() {
    return new S3Settings(
        TestBucket.NAME,
        new ObjectNames(prefix),
        endpoint,
        "us-east-1",
        true,
        HttpKind.APACHE,
        false,
        16,
        Duration.ofSeconds(10),
        Checksums.REQUIRED,
        null,
        new S3Settings.Keys(S3ProxyServer.ACCESS_KEY, S3ProxyServer.SECRET_KEY, null),
        new S3Settings.ObjectSettings(Encryption.NONE, null, null, false, List.of()),
        Long.MAX_VALUE,
        new S3Settings.Limits(capacityBytes, maxAge));
  }

  S3Tier tier() {
    return tier(new RecordingContext());
  }

  S3Tier tier(TierContext context) {
    S3Settings settings = settings();
    Counters counters = new Counters();
    S3Clients clients = new S3Clients(settings, counters);
    return new S3Tier(settings, clients, counters, S3Tier.REST, context);
  }
}
