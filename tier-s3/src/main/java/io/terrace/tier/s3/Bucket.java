/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.Listing;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.StoredChunk;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.RequestPayer;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The chunks of a bucket. All of it blocks, fails with what the SDK throws, and ends early when its
 * thread is interrupted. Safe for use by several threads.
 */
final class Bucket {
  /** What one request of the protocol may list. */
  private static final int MOST_LISTED = 1000;

  /** No request is to wait without end, even where nobody waits for it. */
  private static final Duration MOST_TIME = Duration.ofMinutes(10);

  private final S3Settings settings;
  private final S3Client reads;
  private final S3Client client;
  private final Transfers transfers;
  private final Puts puts;
  private final Removals removals;

  Bucket(S3Settings settings, S3Clients clients, Puts puts, Removals removals) {
    this.settings = settings;
    this.puts = puts;
    this.removals = removals;
    reads = clients.reads();
    client = clients.calls();
    transfers = clients.transfers();
  }

  private ObjectNames names() {
    return settings.names();
  }

  private @Nullable RequestPayer payer() {
    return settings.objects().payer();
  }

  /** Ends a request, retries included, by the deadline. */
  static Consumer<AwsRequestOverrideConfiguration.Builder> within(Deadline deadline) {
    long nanos = Math.clamp(deadline.remainingNanos(), 1_000_000, MOST_TIME.toNanos());
    return each -> {
      each.apiCallTimeout(Duration.ofNanos(nanos));
      if (Progress.CURRENT.isBound()) {
        each.putExecutionAttribute(Progress.ATTRIBUTE, Progress.CURRENT.get());
      }
    };
  }

  /** Whether a write is refused where a chunk is there, as far as is known. */
  boolean knowsConditions() {
    return puts.knowsConditions();
  }

  boolean contains(ChunkKey key, Deadline deadline) {
    try {
      reads.headObject(
          head ->
              head.bucket(settings.bucket())
                  .key(names().chunk(key))
                  .requestPayer(payer())
                  .overrideConfiguration(within(deadline)));
      return true;
    } catch (SdkException e) {
      if (S3Errors.isMissing(e)) {
        return false;
      }
      throw e;
    }
  }

  /** Reads a chunk by one request. */
  ReadOutcome read(ChunkKey key, Download download, Deadline deadline) throws Exception {
    GetObjectRequest request =
        GetObjectRequest.builder()
            .bucket(settings.bucket())
            .key(names().chunk(key))
            .requestPayer(payer())
            .overrideConfiguration(within(deadline))
            .build();
    ResponseInputStream<GetObjectResponse> in;
    try {
      in = transfers.get(request);
    } catch (SdkException e) {
      if (S3Errors.isMissing(e)) {
        return ReadOutcome.MISSING;
      }
      throw e;
    }
    return read(in, download);
  }

  private static ReadOutcome read(ResponseInputStream<GetObjectResponse> in, Download download)
      throws IOException, FailedCall, TierException {
    boolean whole = false;
    try {
      Long bytes = in.response().contentLength();
      if (bytes == null) {
        throw new FailedCall(
            Reason.OTHER, "the answer does not say how long it is: look at 'endpoint'", null);
      }
      ReadOutcome outcome = download.from(in, bytes, in::abort);
      whole = outcome == ReadOutcome.FOUND;
      return outcome;
    } finally {
      if (whole) {
        in.close();
      } else {
        in.abort(); // what still comes is not waited for
      }
    }
  }

  /**
   * Stores a chunk in the place of what is there, or unless it is there: which is to be asked
   * before, since it costs less than to send all of it.
   */
  WriteResult write(ChunkDescriptor chunk, Upload upload, Deadline deadline) throws Exception {
    String object = names().chunk(chunk.key());
    if (chunk.replaces()) {
      puts.put(object, upload, false, deadline);
      return WriteResult.STORED;
    }
    try {
      puts.ifAbsent(condition -> puts.put(object, upload, condition, deadline));
      return WriteResult.STORED;
    } catch (SdkException e) {
      if (S3Errors.isTaken(e)) {
        return WriteResult.PRESENT;
      }
      // A server that refuses early may close the connection before it says so.
      if (!deadline.isOver() && mayBeThere(e) && contains(chunk.key(), deadline)) {
        return WriteResult.PRESENT;
      }
      throw e;
    }
  }

  private static boolean mayBeThere(SdkException e) {
    return S3Errors.isConflict(e) || S3Errors.failed(e).reason() == Reason.CONNECTION;
  }

  void remove(ChunkKey key, Deadline deadline) {
    removals.remove(names().chunk(key), deadline);
  }

  /** Removes at most {@link Removals#MOST_KEYS} chunks. */
  void removeAll(Collection<ChunkKey> keys, Deadline deadline) throws IOException {
    Map<String, String> left =
        removals.removeAll(keys.stream().map(names()::chunk).toList(), deadline);
    if (!left.isEmpty()) {
      throw new IOException(
          left.size() + " of " + keys.size() + " objects stay: " + left.values().iterator().next());
    }
  }

  /** Keeps a chunk where it is not served any more. */
  void setAside(ChunkKey key, Deadline deadline) {
    try {
      client.copyObject(
          copy ->
              copy.sourceBucket(settings.bucket())
                  .sourceKey(names().chunk(key))
                  .destinationBucket(settings.bucket())
                  .destinationKey(names().aside(key))
                  .requestPayer(payer())
                  .overrideConfiguration(within(deadline)));
    } catch (SdkException e) {
      if (!S3Errors.isMissing(e)) {
        throw e;
      }
    }
    remove(key, deadline);
  }

  /**
   * Lists chunks in the order of their keys.
   *
   * @param after the name of an object, or null
   */
  Listing list(@Nullable String after, int limit, Deadline deadline) {
    return settings.isExpress()
        ? sorted(after, limit, deadline)
        : inOrder(
            page(list -> list.startAfter(after).maxKeys(Math.min(limit, MOST_LISTED)), deadline));
  }

  private Listing inOrder(ListObjectsV2Response page) {
    boolean more = Boolean.TRUE.equals(page.isTruncated()) && !page.contents().isEmpty();
    return listing(page.contents(), more ? page.contents().getLast().key() : null);
  }

  /** From a bucket that lists in no order, and from its beginning alone: all of it, each time. */
  private Listing sorted(@Nullable String after, int limit, Deadline deadline) {
    TreeMap<String, S3Object> first = new TreeMap<>();
    boolean more = false;
    String token = null;
    do {
      String from = token;
      ListObjectsV2Response page = page(list -> list.continuationToken(from), deadline);
      for (S3Object object : page.contents()) {
        if (after == null || object.key().compareTo(after) > 0) {
          first.put(object.key(), object);
        }
        if (first.size() > limit) {
          first.pollLastEntry();
          more = true;
        }
      }
      token = Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null;
    } while (token != null);
    return listing(first.values(), more ? first.lastKey() : null);
  }

  private ListObjectsV2Response page(
      Consumer<ListObjectsV2Request.Builder> part, Deadline deadline) {
    return client.listObjectsV2(
        list ->
            part.accept(
                list.bucket(settings.bucket())
                    .prefix(names().chunks())
                    .requestPayer(payer())
                    .overrideConfiguration(within(deadline))));
  }

  private Listing listing(Collection<S3Object> objects, @Nullable String next) {
    List<StoredChunk> chunks = new ArrayList<>();
    for (S3Object object : objects) {
      ChunkKey key = names().key(object.key());
      if (key != null) {
        chunks.add(new StoredChunk(key, object.size(), object.lastModified()));
      }
    }
    return new Listing(chunks, next);
  }
}
