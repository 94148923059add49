/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;

/** s3proxy by TLS, with a certificate that it signed itself. */
final class TlsServer implements AutoCloseable {
  static final String PASSWORD = "not-to-be-shown";

  private final Path folder;
  private final S3Proxy server;

  /**
   * @param folder for keys and certificates
   */
  TlsServer(Path folder) throws Exception {
    this.folder = folder;
    String identity = folder.resolve("server.p12").toString();
    String names = "SAN=ip:127.0.0.1";
    keytool(identity, "-genkeypair", "-keyalg", "EC", "-dname", "CN=s3", "-ext", names);
    keytool(identity, "-exportcert", "-rfc", "-file", pem().toString());
    keytool(keyStore().toString(), "-importcert", "-noprompt", "-file", pem().toString());
    server =
        S3Proxy.builder()
            .blobStore(new TransientNio2BlobStore())
            .secureEndpoint(URI.create("https://127.0.0.1:0"))
            .keyStore(identity, PASSWORD)
            .awsAuthentication(
                AuthenticationType.AWS_V4, S3ProxyServer.ACCESS_KEY, S3ProxyServer.SECRET_KEY)
            .ignoreUnknownHeaders(true)
            .build();
    server.start();
  }

  private static void keytool(String store, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(
        List.of(
            "-alias", "s3", "-keystore", store, "-storetype", "PKCS12", "-storepass", PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command + ": " + said);
    }
  }

  URI endpoint() {
    return URI.create("https://127.0.0.1:" + server.getSecurePort());
  }

  /** The certificate as text. */
  Path pem() {
    return folder.resolve("server.pem");
  }

  /** The certificate in a key store, behind {@link #PASSWORD}. */
  Path keyStore() {
    return folder.resolve("trusted.p12");
  }

  @Override
  public void close() throws IOException {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IOException("s3proxy does not stop: " + e, e);
    }
  }
}
