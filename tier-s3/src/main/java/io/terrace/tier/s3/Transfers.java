/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/**
 * Moves the bytes of objects. Calls block, fail with what the SDK throws, and end early when their
 * thread is interrupted. Safe for use by several threads.
 */
interface Transfers extends AutoCloseable {
  /** Begins to read an object. To be closed when it was read to its end, else aborted. */
  ResponseInputStream<GetObjectResponse> get(GetObjectRequest request) throws Exception;

  /** Writes an object. */
  void put(PutObjectRequest request, Upload upload) throws Exception;

  /**
   * Writes a part of an object.
   *
   * @param from in the upload
   * @return its entity tag
   */
  String putPart(UploadPartRequest request, Upload upload, long from, long bytes) throws Exception;

  @Override
  void close();
}
