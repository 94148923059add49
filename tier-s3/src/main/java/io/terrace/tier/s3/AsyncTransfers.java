/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** On the threads of an asynchronous client, which the thread that calls waits for. */
final class AsyncTransfers implements Transfers {
  private final S3AsyncClient reads;
  private final S3AsyncClient writes;
  private final SdkAsyncHttpClient http;
  private final ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * All of it is closed with this.
   *
   * @param http what both clients send by
   */
  AsyncTransfers(S3AsyncClient reads, S3AsyncClient writes, SdkAsyncHttpClient http) {
    this.reads = reads;
    this.writes = writes;
    this.http = http;
  }

  @Override
  public ResponseInputStream<GetObjectResponse> get(GetObjectRequest request) throws Exception {
    return await(reads.getObject(request, AsyncResponseTransformer.toBlockingInputStream()));
  }

  @Override
  public void put(PutObjectRequest request, Upload upload) throws Exception {
    await(writes.putObject(request, body(upload.open(), upload.bytes())));
  }

  @Override
  public String putPart(UploadPartRequest request, Upload upload, long from, long bytes)
      throws Exception {
    return await(writes.uploadPart(request, body(upload.open(from, bytes), bytes))).eTag();
  }

  private AsyncRequestBody body(InputStream bytes, long length) {
    return AsyncRequestBody.fromInputStream(bytes, length, readers);
  }

  private static <T> T await(CompletableFuture<T> future) throws Exception {
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  @Override
  public void close() {
    reads.close();
    writes.close();
    http.close();
    readers.shutdown();
  }
}
