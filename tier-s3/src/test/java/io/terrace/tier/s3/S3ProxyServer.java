/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import java.net.URI;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;

/** A real S3 server in this process, which keeps its objects in memory; one for all tests. */
final class S3ProxyServer {
  static final String ACCESS_KEY = "access";
  static final String SECRET_KEY = "secret";

  private static final long LARGEST = 128L << 20;

  private S3ProxyServer() {}

  /** Its address; started at the first call, and there until the process ends. */
  static URI endpoint() {
    return Running.ENDPOINT;
  }

  /** Another one, which keeps its objects in files whose times are those of the objects. */
  static URI inFolder(Path folder) {
    return start(new FilesystemNio2BlobStore(folder.toString()));
  }

  private static URI start(BlobStore store) {
    try {
      S3Proxy server =
          S3Proxy.builder()
              .blobStore(store)
              .endpoint(URI.create("http://127.0.0.1:0"))
              .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
              .v4MaxNonChunkedRequestSize(LARGEST)
              .ignoreUnknownHeaders(true)
              .build();
      server.start();
      return URI.create("http://127.0.0.1:" + server.getPort());
    } catch (Exception e) {
      throw new IllegalStateException("s3proxy does not start", e);
    }
  }

  private static final class Running {
    static final URI ENDPOINT = start(new TransientNio2BlobStore());
  }
}
