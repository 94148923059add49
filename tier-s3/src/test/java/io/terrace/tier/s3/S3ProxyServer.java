/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.s3server.S3Server;
import java.net.URI;

/** A real S3 server in this process, which keeps its objects in memory; one for all tests. */
final class S3ProxyServer {
  static final String ACCESS_KEY = S3Server.ACCESS_KEY;
  static final String SECRET_KEY = S3Server.SECRET_KEY;

  private S3ProxyServer() {}

  /** Its address; started at the first call, and there until the process ends. */
  static URI endpoint() {
    return Running.SERVER.endpoint();
  }

  private static final class Running {
    static final S3Server SERVER = start();

    private static S3Server start() {
      try {
        return S3Server.inMemory();
      } catch (Exception e) {
        throw new IllegalStateException("s3proxy does not start", e);
      }
    }
  }
}
