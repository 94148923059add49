/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.spi.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.RequestPayer;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * Puts objects: in one request, or in parts where they are longer than the settings say. Blocks,
 * fails with what the SDK throws. Safe for use by several threads.
 */
final class Puts {
  private static final System.Logger LOGGER = System.getLogger(Puts.class.getName());
  private static final String ANY = "*";

  private final S3Settings settings;
  private final S3Client client;
  private final Transfers transfers;
  private final AtomicBoolean knowsConditions = new AtomicBoolean(true);

  Puts(S3Settings settings, S3Clients clients) {
    this.settings = settings;
    client = clients.calls();
    transfers = clients.transfers();
  }

  /** Whether the server refuses an object that is there, as far as is known. */
  boolean knowsConditions() {
    return knowsConditions.get();
  }

  /** Sends an object, on the condition that there is none, or without. */
  @FunctionalInterface
  interface Sending<E extends Exception> {
    void on(boolean condition) throws E;
  }

  /**
   * On the condition as long as the server knows it. It does not if it refuses an object with the
   * condition and takes the same one without, and is not asked again then.
   */
  <E extends Exception> void ifAbsent(Sending<E> sending) throws E {
    boolean condition = knowsConditions.get();
    try {
      sending.on(condition);
    } catch (SdkException e) {
      if (!condition || !S3Errors.mayNotKnow(e)) {
        throw e;
      }
      sending.on(false);
      if (knowsConditions.compareAndSet(true, false)) {
        tell(e);
      }
    }
  }

  private void tell(SdkException refusal) {
    LOGGER.log(
        System.Logger.Level.INFO,
        "the {0} knows no conditional writes ({1}): chunks are written without, so that two"
            + " instances that store one at once both send it",
        settings.place(),
        S3Errors.failed(refusal).what());
  }

  /**
   * Puts an object.
   *
   * @param ifAbsent whether it is refused where there is one
   */
  void put(String object, Upload upload, boolean ifAbsent, Deadline deadline) throws Exception {
    if (upload.bytes() > settings.multipartAbove()) {
      putParts(object, upload, ifAbsent, deadline);
      return;
    }
    PutObjectRequest request =
        request(object, ifAbsent, deadline)
            .contentLength(upload.bytes())
            .storageClass(settings.objects().storageClass())
            .build();
    transfers.put(request, upload);
  }

  /** Puts an object of the tier's own, which is rewritten too often for some storage classes. */
  void putSmall(String object, byte[] content, boolean ifAbsent, Deadline deadline) {
    client.putObject(request(object, ifAbsent, deadline).build(), RequestBody.fromBytes(content));
  }

  private PutObjectRequest.Builder request(String object, boolean ifAbsent, Deadline deadline) {
    S3Settings.ObjectSettings each = settings.objects();
    return PutObjectRequest.builder()
        .bucket(settings.bucket())
        .key(object)
        .ifNoneMatch(ifAbsent ? ANY : null)
        .serverSideEncryption(each.encryption().header())
        .ssekmsKeyId(each.kmsKey())
        .tagging(tagging())
        .requestPayer(payer())
        .overrideConfiguration(Bucket.within(deadline));
  }

  private void putParts(String object, Upload upload, boolean ifAbsent, Deadline deadline)
      throws Exception {
    S3Settings.ObjectSettings each = settings.objects();
    CreateMultipartUploadRequest request =
        CreateMultipartUploadRequest.builder()
            .bucket(settings.bucket())
            .key(object)
            .serverSideEncryption(each.encryption().header())
            .ssekmsKeyId(each.kmsKey())
            .storageClass(each.storageClass())
            .tagging(tagging())
            .requestPayer(payer())
            .overrideConfiguration(Bucket.within(deadline))
            .build();
    String id = client.createMultipartUpload(request).uploadId();
    boolean complete = false;
    try {
      List<CompletedPart> parts = sendParts(object, id, upload, deadline);
      client.completeMultipartUpload(
          all ->
              all.bucket(settings.bucket())
                  .key(object)
                  .uploadId(id)
                  .multipartUpload(sent -> sent.parts(parts))
                  .ifNoneMatch(ifAbsent ? ANY : null)
                  .requestPayer(payer())
                  .overrideConfiguration(Bucket.within(deadline)));
      complete = true;
    } finally {
      if (!complete) {
        abort(object, id, deadline);
      }
    }
  }

  private List<CompletedPart> sendParts(String object, String id, Upload upload, Deadline deadline)
      throws Exception {
    List<CompletedPart> parts = new ArrayList<>();
    for (long from = 0; from < upload.bytes(); from += settings.multipartAbove()) {
      long bytes = Math.min(settings.multipartAbove(), upload.bytes() - from);
      int number = parts.size() + 1;
      UploadPartRequest request =
          UploadPartRequest.builder()
              .bucket(settings.bucket())
              .key(object)
              .uploadId(id)
              .partNumber(number)
              .contentLength(bytes)
              .requestPayer(payer())
              .overrideConfiguration(Bucket.within(deadline))
              .build();
      String tag = transfers.putPart(request, upload, from, bytes);
      parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
    }
    return parts;
  }

  /** Parts that are left cost room until somebody removes them. */
  void abort(String object, String id, Deadline deadline) {
    boolean interrupted = Thread.interrupted();
    try {
      client.abortMultipartUpload(
          abort ->
              abort
                  .bucket(settings.bucket())
                  .key(object)
                  .uploadId(id)
                  .requestPayer(payer())
                  .overrideConfiguration(Bucket.within(deadline)));
    } catch (RuntimeException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "parts of an upload are left: {0}", e.getMessage());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private @Nullable String tagging() {
    List<String> tags = settings.objects().tags();
    return tags.isEmpty()
        ? null
        : tags.stream()
            .map(tag -> tag.split("=", 2))
            .map(tag -> SdkHttpUtils.urlEncode(tag[0]) + "=" + SdkHttpUtils.urlEncode(tag[1]))
            .collect(Collectors.joining("&"));
  }

  private @Nullable RequestPayer payer() {
    return settings.objects().payer();
  }
}
