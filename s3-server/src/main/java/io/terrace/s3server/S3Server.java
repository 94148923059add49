/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.s3server;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;

/** s3proxy on the loopback address. Keeps objects in memory, or each bucket in a folder. */
public final class S3Server implements AutoCloseable {
  /** Whoever has them may do everything. */
  public static final String ACCESS_KEY = "terrace";

  /** The secret of {@link #ACCESS_KEY}. */
  public static final String SECRET_KEY = "terrace-secret";

  private static final long LARGEST_OBJECT = 128L << 20;

  private final S3Proxy server;

  private S3Server(BlobStore store) throws Exception {
    server =
        S3Proxy.builder()
            .blobStore(store)
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
            .v4MaxNonChunkedRequestSize(LARGEST_OBJECT)
            .ignoreUnknownHeaders(true)
            .build();
    server.start();
  }

  /** A server that forgets everything at its end. */
  public static S3Server inMemory() throws Exception {
    return over(new TransientNio2BlobStore());
  }

  /**
   * A server over a store of the caller's, who may change it behind the server's back.
   *
   * @param store closed by the caller
   */
  public static S3Server over(BlobStore store) throws Exception {
    return new S3Server(store);
  }

  /**
   * A server over a folder.
   *
   * @param folder each folder in it is a bucket
   */
  public static S3Server over(Path folder) throws Exception {
    return over(new FilesystemNio2BlobStore(folder.toString()));
  }

  /** Its address. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  @Override
  public void close() throws IOException {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IOException("s3proxy does not stop: " + e, e);
    }
  }

  /**
   * Runs a server until the end of standard input; its address is the first line printed.
   *
   * @param arguments a folder, and a bucket that is made in it
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Files.createDirectories(folder.resolve(arguments[1]));
    try (S3Server server = over(folder)) {
      System.out.println(server.endpoint());
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
