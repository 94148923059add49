/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.s3server.S3Server;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.function.UnaryOperator;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** A real S3 server in this process, which keeps its objects in memory; one for all tests. */
final class S3ProxyServer {
  static final String ACCESS_KEY = S3Server.ACCESS_KEY;
  static final String SECRET_KEY = S3Server.SECRET_KEY;

  private static final BlobStore STORE = new TransientNio2BlobStore();

  private S3ProxyServer() {}

  /** Its address; started at the first call, and there until the process ends. */
  static URI endpoint() {
    return Running.SERVER.endpoint();
  }

  /** Replaces an object of {@link TestBucket#NAME} without a request; false if there is none. */
  static boolean change(String object, UnaryOperator<byte[]> change) throws IOException {
    if (STORE.blobMetadataIfPresent(TestBucket.NAME, object) == null) {
      return false;
    }
    byte[] changed;
    try (InputStream before = STORE.getBlob(TestBucket.NAME, object)) {
      changed = change.apply(before.readAllBytes());
    }
    PutObjectRequest put =
        PutObjectRequest.builder()
            .bucket(TestBucket.NAME)
            .key(object)
            .contentLength((long) changed.length)
            .build();
    STORE.putBlob(put, new ByteArrayInputStream(changed));
    return true;
  }

  private static final class Running {
    static final S3Server SERVER = start();

    private static S3Server start() {
      try {
        return S3Server.over(STORE);
      } catch (Exception e) {
        throw new IllegalStateException("s3proxy does not start", e);
      }
    }
  }
}
