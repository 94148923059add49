/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

/** The same rules where the HTTP client {@code crt} moves payloads. */
final class S3ProxyCrtContractTest extends S3ProxyContractTest {
  @Override
  String http() {
    return "crt";
  }
}
