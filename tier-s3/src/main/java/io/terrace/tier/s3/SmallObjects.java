/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.spi.Deadline;
import io.terrace.spi.TierException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.RequestPayer;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * What the tier does with objects by their names, to keep house: lists them, removes many, and
 * reads and writes small ones of its own. Blocks, no call longer than half a minute. Safe for use
 * by several threads.
 */
final class SmallObjects {
  private static final Duration MOST_TIME = Duration.ofSeconds(30);

  private final S3Settings settings;
  private final S3Client client;
  private final Puts puts;
  private final Removals removals;
  private final Calls calls;

  SmallObjects(S3Settings settings, S3Clients clients, Puts puts, Removals removals, Calls calls) {
    this.settings = settings;
    this.puts = puts;
    this.removals = removals;
    this.calls = calls;
    client = clients.calls();
  }

  /**
   * A part of a list.
   *
   * @param next to be given for the next part; null if this is the last
   * @param serverTime when it was made, by the server's clock
   */
  record Part(List<S3Object> objects, @Nullable String next, Instant serverTime) {}

  /**
   * An object that is there.
   *
   * @param written when, by the server's clock
   * @param serverTime now, by the same clock
   */
  record Seen(Instant written, Instant serverTime) {
    Duration age() {
      return Duration.between(written, serverTime);
    }
  }

  private @Nullable RequestPayer payer() {
    return settings.objects().payer();
  }

  private <T> T call(String what, Deadline deadline, Work<T> work) throws TierException {
    Deadline own =
        deadline.remainingNanos() > MOST_TIME.toNanos() ? Deadline.after(MOST_TIME) : deadline;
    Callable<T> call = () -> work.by(own);
    return calls.call(what, own, call, () -> {});
  }

  @FunctionalInterface
  private interface Work<T> {
    T by(Deadline deadline);
  }

  private static Instant serverTime(SdkResponse response) {
    SdkHttpResponse http = response.sdkHttpResponse();
    String date = http == null ? null : http.firstMatchingHeader("Date").orElse(null);
    try {
      return date == null
          ? Instant.now()
          : ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException e) {
      return Instant.now();
    }
  }

  /**
   * Lists objects.
   *
   * @param prefix ends with a slash
   * @param from what the part before said
   */
  Part list(String prefix, @Nullable String from, Deadline deadline) throws TierException {
    ListObjectsV2Response page =
        call(
            "list " + prefix,
            deadline,
            own ->
                client.listObjectsV2(
                    list ->
                        list.bucket(settings.bucket())
                            .prefix(prefix)
                            .continuationToken(from)
                            .requestPayer(payer())
                            .overrideConfiguration(Bucket.within(own))));
    boolean more = Boolean.TRUE.equals(page.isTruncated());
    return new Part(page.contents(), more ? page.nextContinuationToken() : null, serverTime(page));
  }

  /** Reads an object; null if it is not there. */
  byte @Nullable [] read(String object, Deadline deadline) throws TierException {
    return call(
            "read " + object,
            deadline,
            own -> {
              try {
                ResponseBytes<GetObjectResponse> response =
                    client.getObjectAsBytes(
                        get ->
                            get.bucket(settings.bucket())
                                .key(object)
                                .requestPayer(payer())
                                .overrideConfiguration(Bucket.within(own)));
                return Optional.of(response.asByteArrayUnsafe());
              } catch (SdkException e) {
                return SmallObjects.<byte[]>absent(e);
              }
            })
        .orElse(null);
  }

  /** Looks at an object; null if it is not there. */
  @Nullable Seen look(String object, Deadline deadline) throws TierException {
    return call(
            "look at " + object,
            deadline,
            own -> {
              try {
                HeadObjectResponse response =
                    client.headObject(
                        head ->
                            head.bucket(settings.bucket())
                                .key(object)
                                .requestPayer(payer())
                                .overrideConfiguration(Bucket.within(own)));
                return Optional.of(new Seen(response.lastModified(), serverTime(response)));
              } catch (SdkException e) {
                return SmallObjects.<Seen>absent(e);
              }
            })
        .orElse(null);
  }

  private static <T> Optional<T> absent(SdkException failure) {
    if (S3Errors.isMissing(failure)) {
      return Optional.empty();
    }
    throw failure;
  }

  /** Writes an object. */
  void put(String object, byte[] content, Deadline deadline) throws TierException {
    boolean ignored =
        call(
            "write " + object,
            deadline,
            own -> {
              puts.putSmall(object, content, false, own);
              return true;
            });
  }

  /** Writes an object unless there is one; true if it did. */
  boolean putIfAbsent(String object, byte[] content, Deadline deadline) throws TierException {
    return call(
        "write " + object,
        deadline,
        own -> {
          try {
            puts.ifAbsent(condition -> puts.putSmall(object, content, condition, own));
            return true;
          } catch (SdkException e) {
            if (S3Errors.isTaken(e) || S3Errors.isConflict(e)) {
              return false;
            }
            throw e;
          }
        });
  }

  /**
   * Removes objects, at most {@link Removals#MOST_KEYS}; those that are not there count as removed.
   *
   * @return the names of those that the server did not remove
   */
  Set<String> removeAll(Collection<String> objects, Deadline deadline) throws TierException {
    return call(
        "remove " + objects.size() + " objects",
        deadline,
        own -> removals.removeAll(objects, own).keySet());
  }

  /**
   * Ends uploads in parts that were begun long ago; their parts go.
   *
   * @param prefix ends with a slash
   * @return how many
   */
  int abortUploads(String prefix, Instant begunBefore, Deadline deadline) throws TierException {
    int count = 0;
    String object = null;
    String upload = null;
    boolean more = true;
    while (more) {
      ListMultipartUploadsResponse page = uploads(prefix, object, upload, deadline);
      for (MultipartUpload each : page.uploads()) {
        if (each.initiated() != null && each.initiated().isBefore(begunBefore)) {
          abort(each, deadline);
          count++;
        }
      }
      object = page.nextKeyMarker();
      upload = page.nextUploadIdMarker();
      more = Boolean.TRUE.equals(page.isTruncated()) && object != null;
    }
    return count;
  }

  private ListMultipartUploadsResponse uploads(
      String prefix, @Nullable String object, @Nullable String upload, Deadline deadline)
      throws TierException {
    return call(
        "list uploads below " + prefix,
        deadline,
        own ->
            client.listMultipartUploads(
                list ->
                    list.bucket(settings.bucket())
                        .prefix(prefix)
                        .keyMarker(object)
                        .uploadIdMarker(upload)
                        .requestPayer(payer())
                        .overrideConfiguration(Bucket.within(own))));
  }

  private void abort(MultipartUpload upload, Deadline deadline) throws TierException {
    boolean ignored =
        call(
            "end a broken upload",
            deadline,
            own -> {
              client.abortMultipartUpload(
                  abort ->
                      abort
                          .bucket(settings.bucket())
                          .key(upload.key())
                          .uploadId(upload.uploadId())
                          .requestPayer(payer())
                          .overrideConfiguration(Bucket.within(own)));
              return true;
            });
  }
}
