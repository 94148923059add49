/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;

/** What tests do to a bucket behind a tier's back. */
final class TestBucket {
  static final String NAME = "terrace-test";

  private static final Map<URI, S3Client> CLIENTS = new ConcurrentHashMap<>();

  private TestBucket() {}

  /** A client of a server that takes the keys of {@link S3ProxyServer}. */
  static S3Client client(URI endpoint) {
    return CLIENTS.computeIfAbsent(
        endpoint,
        uri ->
            S3Client.builder()
                .endpointOverride(uri)
                .forcePathStyle(true)
                .serviceConfiguration(s3 -> s3.chunkedEncodingEnabled(false)) // Ceph, of 0 bytes
                .region(Region.US_EAST_1)
                .httpClientBuilder(Apache5HttpClient.builder())
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .credentialsProvider(
                    StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(
                            S3ProxyServer.ACCESS_KEY, S3ProxyServer.SECRET_KEY)))
                .build());
  }

  /** Makes the bucket, unless it is there. One at a time: not every server takes two at once. */
  static synchronized void create(URI endpoint) {
    try {
      client(endpoint).createBucket(bucket -> bucket.bucket(NAME));
    } catch (BucketAlreadyOwnedByYouException e) {
      return; // made by another test
    }
  }

  /** Writes an object. */
  static void put(URI endpoint, String object, byte[] content) {
    client(endpoint).putObject(put -> put.bucket(NAME).key(object), RequestBody.fromBytes(content));
  }

  /** Reads an object. */
  static byte[] get(URI endpoint, String object) {
    return client(endpoint).getObjectAsBytes(get -> get.bucket(NAME).key(object)).asByteArray();
  }

  /** Begins an upload in parts that nobody ends. */
  static void beginUpload(URI endpoint, String object) {
    client(endpoint).createMultipartUpload(create -> create.bucket(NAME).key(object));
  }

  /** How many uploads in parts of an object have begun and not ended. */
  static long uploads(URI endpoint, String object) {
    return client(endpoint).listMultipartUploads(list -> list.bucket(NAME)).uploads().stream()
        .filter(upload -> upload.key().equals(object))
        .count();
  }
}
