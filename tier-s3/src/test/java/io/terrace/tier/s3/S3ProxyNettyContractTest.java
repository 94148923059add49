/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

/** The same rules where the HTTP client {@code netty} moves payloads. */
final class S3ProxyNettyContractTest extends S3ProxyContractTest {
  @Override
  String http() {
    return "netty";
  }
}
