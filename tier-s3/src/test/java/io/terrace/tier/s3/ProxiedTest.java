/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Tests of tiers that reach a real server by a proxy, which fails as they say. Each works below a
 * prefix of its own, so that several may run at once.
 */
abstract class ProxiedTest {
  final String prefix = UUID.randomUUID() + "/";
  final FaultProxy proxy = new FaultProxy(S3ProxyServer.endpoint());

  @BeforeEach
  final void createBucket() {
    TestBucket.create(S3ProxyServer.endpoint());
  }

  @AfterEach
  final void closeProxy() {
    proxy.close();
  }

  /** What a user writes to reach the server by the proxy. */
  final Map<String, String> keys(String... more) {
    return TestTiers.keys(proxy.endpoint(), prefix, more);
  }
}
