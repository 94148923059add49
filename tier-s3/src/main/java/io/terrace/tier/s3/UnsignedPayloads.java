/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.scheme.AwsV4AuthScheme;
import software.amazon.awssdk.http.auth.spi.scheme.AuthScheme;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignRequest;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignedRequest;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.IdentityProviders;

/**
 * Signatures (AWS Signature Version 4) that leave payloads out over plain HTTP as they do over TLS.
 * The SDK's blocking client would hash every chunk, and copy it on the way, though a chunk carries
 * a checksum of its own, or a MAC.
 */
final class UnsignedPayloads implements AuthScheme<AwsCredentialsIdentity> {
  private static final String HTTPS = "https";

  private final AwsV4AuthScheme scheme = AwsV4AuthScheme.create();

  @Override
  public String schemeId() {
    return scheme.schemeId();
  }

  @Override
  public IdentityProvider<AwsCredentialsIdentity> identityProvider(IdentityProviders providers) {
    return scheme.identityProvider(providers);
  }

  @Override
  public HttpSigner<AwsCredentialsIdentity> signer() {
    HttpSigner<AwsCredentialsIdentity> signer = scheme.signer();
    return new HttpSigner<>() {
      @Override
      public SignedRequest sign(SignRequest<? extends AwsCredentialsIdentity> request) {
        SdkHttpRequest plain = request.request();
        SignedRequest signed = signer.sign(withProtocol(request, HTTPS));
        return signed.toBuilder()
            .request(signed.request().toBuilder().protocol(plain.protocol()).build())
            .build();
      }

      @Override
      public CompletableFuture<AsyncSignedRequest> signAsync(
          AsyncSignRequest<? extends AwsCredentialsIdentity> request) {
        return signer.signAsync(request); // which leaves payloads out
      }
    };
  }

  /** The address decides whether payloads are hashed, and is else of no account to a signature. */
  private static <T extends AwsCredentialsIdentity> SignRequest<T> withProtocol(
      SignRequest<T> request, String protocol) {
    return request.toBuilder()
        .request(request.request().toBuilder().protocol(protocol).build())
        .build();
  }
}
