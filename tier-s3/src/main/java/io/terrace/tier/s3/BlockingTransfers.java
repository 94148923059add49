/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** On the thread that calls: the one that touches the caller's memory. */
final class BlockingTransfers implements Transfers {
  private static final String TYPE = "application/octet-stream";

  private final S3Client reads;
  private final S3Client writes;

  /** The clients are closed by their owner. */
  BlockingTransfers(S3Client reads, S3Client writes) {
    this.reads = reads;
    this.writes = writes;
  }

  @Override
  public ResponseInputStream<GetObjectResponse> get(GetObjectRequest request) {
    return reads.getObject(request);
  }

  @Override
  public void put(PutObjectRequest request, Upload upload) {
    writes.putObject(request, RequestBody.fromContentProvider(upload::open, upload.bytes(), TYPE));
  }

  @Override
  public String putPart(UploadPartRequest request, Upload upload, long from, long bytes) {
    return writes
        .uploadPart(
            request, RequestBody.fromContentProvider(() -> upload.open(from, bytes), bytes, TYPE))
        .eTag();
  }

  @Override
  public void close() {}
}
