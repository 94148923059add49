/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Certificates that are trusted instead of the JDK's: a key store, or a file in PEM. */
final class TrustStore {
  private static final String PEM = "-----BEGIN CERTIFICATE-----";

  private TrustStore() {}

  /**
   * What a TLS client is given.
   *
   * @param trust null for what the JDK trusts
   * @return null for what the JDK trusts
   * @throws IllegalArgumentException with what is wrong with the file
   */
  static TrustManager @Nullable [] managers(S3Settings.@Nullable Trust trust) {
    if (trust == null) {
      return null;
    }
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store(trust));
      return factory.getTrustManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
    }
  }

  private static KeyStore store(S3Settings.Trust trust)
      throws GeneralSecurityException, IOException {
    byte[] content = Files.readAllBytes(trust.store());
    if (!new String(content, StandardCharsets.ISO_8859_1).contains(PEM)) {
      return KeyStore.getInstance(trust.store().toFile(), trust.password().toCharArray());
    }
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int count = 0;
    for (Certificate each :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(content))) {
      store.setCertificateEntry("certificate-" + count++, each);
    }
    return store;
  }
}
