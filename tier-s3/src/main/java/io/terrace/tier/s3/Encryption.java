/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** What the server is asked to encrypt objects with. */
enum Encryption {
  /** Whatever the bucket has as its default. */
  NONE(null),
  AES256(ServerSideEncryption.AES256),
  KMS(ServerSideEncryption.AWS_KMS),
  KMS_DSSE(ServerSideEncryption.AWS_KMS_DSSE);

  private final @Nullable ServerSideEncryption header;

  Encryption(@Nullable ServerSideEncryption header) {
    this.header = header;
  }

  /** The value of {@code x-amz-server-side-encryption}; null for none. */
  @Nullable ServerSideEncryption header() {
    return header;
  }
}
