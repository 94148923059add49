/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * The SDK's client by itself, as settings make it: one call an object, without a deadline, a look
 * at what is there, or a check of what came. What the tier is measured against.
 */
final class BareClient implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final String bucket;
  private final S3Client blocking;
  private final @Nullable S3AsyncClient async;
  private byte[] joined = {};

  BareClient(S3Settings settings, S3Clients clients) {
    bucket = settings.bucket();
    blocking = clients.calls();
    async = settings.http() == HttpKind.APACHE ? null : clients.another(settings);
  }

  /** Makes the object that {@link #put} stores, on the heap, where the SDK is fastest. */
  void prepare(MemorySegment header, MemorySegment payload) {
    byte[] first = header.toArray(ValueLayout.JAVA_BYTE);
    byte[] second = payload.toArray(ValueLayout.JAVA_BYTE);
    joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
  }

  boolean put(String object) {
    PutObjectRequest request =
        PutObjectRequest.builder()
            .bucket(bucket)
            .key(object)
            .contentLength((long) joined.length)
            .build();
    if (async != null) {
      async.putObject(request, AsyncRequestBody.fromBytesUnsafe(joined)).join();
    } else {
      InputStream in = new ByteArrayInputStream(joined);
      blocking.putObject(request, RequestBody.fromInputStream(in, joined.length));
    }
    return true;
  }

  boolean get(String object, MemorySegment target) throws IOException {
    GetObjectRequest request = GetObjectRequest.builder().bucket(bucket).key(object).build();
    return async != null
        ? get(async, request, target)
        : get(blocking.getObject(request), target) == joined.length;
  }

  private static long get(InputStream object, MemorySegment target) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long done = 0;
    try (InputStream in = object) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        MemorySegment.copy(buffer, 0, target, ValueLayout.JAVA_BYTE, done, count);
        done += count;
      }
    }
    return done;
  }

  private boolean get(S3AsyncClient client, GetObjectRequest request, MemorySegment target) {
    ByteBuffer memory = target.asByteBuffer();
    CompletableFuture<Void> copied =
        client
            .getObject(request, AsyncResponseTransformer.toPublisher())
            .thenCompose(publisher -> publisher.subscribe(memory::put));
    copied.join();
    return memory.position() == joined.length;
  }

  void remove(String object) {
    blocking.deleteObject(delete -> delete.bucket(bucket).key(object));
  }

  @Override
  public void close() {
    if (async != null) {
      async.close();
    }
  }
}
