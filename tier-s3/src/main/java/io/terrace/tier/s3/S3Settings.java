/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.RequestPayer;

/**
 * How the tier is set up.
 *
 * @param names where things lie in the bucket
 * @param endpoint of the server; null for AWS
 * @param region null for what the SDK's own chain finds
 * @param pathStyle whether the bucket stands in the path rather than in the name of the host
 * @param http which HTTP client moves payloads
 * @param http2 whether HTTP/2 is asked for
 * @param connections at once, at most
 * @param connectTimeout how long a connection may take to be made
 * @param checksums when the SDK adds checksums of its own
 * @param trust whom to trust beside the JDK's own certificates
 * @param credentials keys given by name; null for the SDK's own chain
 * @param objects what is asked of the server for each object
 * @param multipartAbove payloads longer than that are sent in parts, which are as long
 * @param limits what the bucket may hold
 */
record S3Settings(
    String bucket,
    ObjectNames names,
    @Nullable URI endpoint,
    @Nullable String region,
    boolean pathStyle,
    HttpKind http,
    boolean http2,
    int connections,
    Duration connectTimeout,
    Checksums checksums,
    @Nullable Trust trust,
    @Nullable Keys credentials,
    ObjectSettings objects,
    long multipartAbove,
    Limits limits) {
  /** How the name of an S3 Express bucket ends: a directory bucket, which lists in no order. */
  private static final String EXPRESS = "--x-s3";

  /** Whether the bucket is one of S3 Express One Zone. */
  boolean isExpress() {
    return bucket.endsWith(EXPRESS);
  }

  /** Where things are, for messages. */
  String place() {
    return "bucket " + bucket + " at " + (endpoint == null ? "AWS" : endpoint);
  }

  /** A key store of certificates; the text does not show the password. */
  record Trust(Path store, String password) {
    @Override
    public String toString() {
      return store.toString();
    }
  }

  /** Named keys; the text shows nothing of them. */
  record Keys(String accessKey, String secretKey, @Nullable String sessionToken) {
    @Override
    public String toString() {
      return "keys given by name";
    }
  }

  /**
   * Headers of every object that is stored.
   *
   * @param kmsKey null for the bucket's own
   * @param storageClass null for the bucket's own
   * @param tags each {@code name=value}
   */
  record ObjectSettings(
      Encryption encryption,
      @Nullable String kmsKey,
      @Nullable String storageClass,
      boolean requestPayer,
      List<String> tags) {
    /** The value of {@code x-amz-request-payer}; null for none. */
    @Nullable RequestPayer payer() {
      return requestPayer ? RequestPayer.REQUESTER : null;
    }
  }

  /**
   * What the bucket may hold below the prefix.
   *
   * @param capacityBytes {@link Long#MAX_VALUE} for no limit
   * @param maxAge since the last use; null for no limit
   */
  record Limits(long capacityBytes, @Nullable Duration maxAge) {}
}
