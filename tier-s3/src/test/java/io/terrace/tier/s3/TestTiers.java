/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.config.Settings;
import io.terrace.spi.kit.RecordingContext;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tiers on {@link TestBucket}. */
final class TestTiers {
  private TestTiers() {}

  /** Long enough for anything that works. */
  static Deadline inTime() {
    return Deadline.after(Duration.ofSeconds(60));
  }

  /** What a user writes for the test server, or for what stands before it. */
  static Map<String, String> keys(URI endpoint, String prefix, String... more) {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("bucket", TestBucket.NAME);
    keys.put("prefix", prefix);
    keys.put("endpoint", endpoint.toString());
    keys.put("accessKey", S3ProxyServer.ACCESS_KEY);
    keys.put("secretKey", S3ProxyServer.SECRET_KEY);
    for (int i = 0; i < more.length; i += 2) {
      keys.put(more[i], more[i + 1]);
    }
    return keys;
  }

  /** What was written, checked. */
  static Settings settings(Map<String, String> keys) {
    return Settings.of(new S3TierProvider().options(), keys);
  }

  /** As the runtime opens it. */
  static KvTier open(Map<String, String> keys) {
    return new S3TierProvider().open(settings(keys), new RecordingContext());
  }

  /**
   * Without a look at the bucket.
   *
   * @param rest how long a server is left alone that cannot be reached
   */
  static KvTier open(Map<String, String> keys, Duration rest) {
    S3Settings settings = S3TierProvider.values(settings(keys));
    Counters counters = new Counters();
    S3Clients clients = new S3Clients(settings, counters);
    return new S3Tier(settings, clients, counters, rest, new RecordingContext());
  }
}
