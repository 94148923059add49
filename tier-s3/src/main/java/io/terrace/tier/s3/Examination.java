/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.spi.Deadline;
import io.terrace.spi.Finding;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/**
 * Looks at the server for a person, by an object of its own that no chunk is listed with. Blocks,
 * ends early when its thread is interrupted.
 */
final class Examination {
  private static final int ROUND_TRIPS = 9;
  private static final Duration SKEW_MOST = Duration.ofSeconds(60);
  private static final Duration ROUND_TRIP_MOST = Duration.ofMillis(100);
  private static final String CONDITION_ADVICE =
      "use a server that knows If-None-Match: now two instances that store the same chunk at once"
          + " both send it, and the later one stays";

  private final S3Settings settings;
  private final S3Client client;
  private final Transfers transfers;
  private final Puts puts;
  private final Deadline deadline;
  private final String object;
  private final byte[] content = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
  private final List<Finding> findings = new ArrayList<>();

  Examination(S3Settings settings, S3Clients clients, Deadline deadline) {
    this.settings = settings;
    this.deadline = deadline;
    client = clients.calls();
    transfers = clients.transfers();
    puts = new Puts(settings, clients);
    object = settings.names().examined(UUID.randomUUID().toString());
  }

  List<Finding> run() {
    server();
    if (!bucket()) {
      return List.copyOf(findings);
    }
    if (tried("writing", "s3:PutObject", () -> put(false))) {
      tried("reading", "s3:GetObject", this::get);
      condition();
      parts();
      roundTrip();
      tried("removing", "s3:DeleteObject", this::remove);
    }
    return List.copyOf(findings);
  }

  private void server() {
    String region = settings.region() == null ? "the SDK's own" : settings.region();
    String text =
        settings.place()
            + ", region "
            + region
            + (settings.pathStyle() ? ", bucket in the path" : ", bucket in the host's name")
            + ", client "
            + settings.http().name().toLowerCase(Locale.ROOT);
    boolean clear = settings.endpoint() != null && "http".equals(settings.endpoint().getScheme());
    findings.add(
        clear
            ? Finding.warning(
                "server",
                text + ", without TLS",
                "give an 'endpoint' with https: whoever is on the way reads all chunks")
            : Finding.good("server", text + ", by TLS"));
  }

  /** Whether it makes sense to go on. */
  private boolean bucket() {
    try {
      ListObjectsV2Response page =
          client.listObjectsV2(
              list ->
                  list.bucket(settings.bucket())
                      .prefix(settings.names().chunks())
                      .maxKeys(1)
                      .requestPayer(settings.objects().payer())
                      .overrideConfiguration(Bucket.within(deadline)));
      findings.add(
          Finding.good(
              "bucket",
              page.contents().isEmpty()
                  ? "is there, and holds no chunks"
                  : "is there, with chunks"));
      clock(Answers.skew(page.sdkHttpResponse(), Instant.now()));
      return true;
    } catch (SdkException e) {
      FailedCall failure = S3Errors.failed(e);
      boolean denied = failure.reason() == Reason.DENIED;
      findings.add(
          denied
              ? Finding.warning(
                  "bucket",
                  "may not be listed: " + failure.what(),
                  "allow s3:ListBucket: without it reads of what is not there are refused and count"
                      + " as failures, and nothing is collected")
              : Finding.bad("bucket", failure.what(), advice(failure)));
      return denied;
    }
  }

  private void clock(@Nullable Duration skew) {
    if (skew == null) {
      return;
    }
    String text = String.format(Locale.ROOT, "%.0f s from ours", skew.toMillis() / 1000.0);
    findings.add(
        skew.abs().compareTo(SKEW_MOST) <= 0
            ? Finding.good("clock of the server", text)
            : Finding.warning(
                "clock of the server",
                text,
                "set both by NTP: S3 refuses signatures that are 15 minutes off, and ages of chunks"
                    + " are wrong"));
  }

  /** What a right is needed for. */
  @FunctionalInterface
  private interface Step {
    void run() throws Exception;
  }

  private boolean tried(String subject, String right, Step step) {
    try {
      step.run();
      findings.add(Finding.good(subject, "done, with an object of the doctor's own"));
      return true;
    } catch (Exception e) {
      FailedCall failure = S3Errors.failed(e);
      String advice =
          failure.reason() == Reason.DENIED
              ? "allow " + right + " on " + settings.names().prefix() + "*"
              : advice(failure);
      findings.add(Finding.bad(subject, failure.what(), advice));
      return false;
    }
  }

  private String advice(FailedCall failure) {
    boolean trailers = settings.checksums() == Checksums.SUPPORTED;
    return failure.reason() == Reason.OTHER && trailers
        ? "set 'checksums' to required: the server may not know those that the SDK adds"
        : failure.advice().isEmpty()
            ? "look at the server's own log, and at the tier's settings"
            : failure.advice();
  }

  private void put(boolean ifAbsent) throws Exception {
    MemorySegment bytes = MemorySegment.ofArray(content);
    puts.put(object, new Upload(bytes.asSlice(0, 4), bytes.asSlice(4)), ifAbsent, deadline);
  }

  private void get() throws Exception {
    GetObjectRequest request =
        GetObjectRequest.builder()
            .bucket(settings.bucket())
            .key(object)
            .requestPayer(settings.objects().payer())
            .overrideConfiguration(Bucket.within(deadline))
            .build();
    try (var in = transfers.get(request)) {
      if (!Arrays.equals(in.readAllBytes(), content)) {
        throw new IOException("another content came back than was written");
      }
    }
  }

  private void condition() {
    String subject = "storing once";
    try {
      put(true);
      findings.add(Finding.warning(subject, "the server ignores If-None-Match", CONDITION_ADVICE));
    } catch (Exception e) {
      FailedCall failure = S3Errors.failed(e);
      findings.add(
          S3Errors.isTaken(e)
              ? Finding.good(subject, "the server honours If-None-Match")
              : Finding.warning(subject, "If-None-Match: " + failure.what(), CONDITION_ADVICE));
    }
  }

  /** The same of objects in parts, where old servers differ. */
  private void parts() {
    if (settings.multipartAbove() == Long.MAX_VALUE) {
      return;
    }
    String subject = "storing once, in parts";
    String advice = "leave 'multipartAbove' unset: " + CONDITION_ADVICE;
    try {
      putPart();
      findings.add(Finding.warning(subject, "the server ignores If-None-Match", advice));
    } catch (SdkException e) {
      findings.add(
          S3Errors.isTaken(e)
              ? Finding.good(subject, "the server honours If-None-Match")
              : Finding.bad(subject, S3Errors.failed(e).what(), advice));
    }
  }

  private void putPart() {
    String id =
        client
            .createMultipartUpload(
                create ->
                    create
                        .bucket(settings.bucket())
                        .key(object)
                        .overrideConfiguration(Bucket.within(deadline)))
            .uploadId();
    boolean complete = false;
    try {
      String tag =
          client
              .uploadPart(
                  part ->
                      part.bucket(settings.bucket())
                          .key(object)
                          .uploadId(id)
                          .partNumber(1)
                          .overrideConfiguration(Bucket.within(deadline)),
                  RequestBody.fromBytes(content))
              .eTag();
      client.completeMultipartUpload(
          all ->
              all.bucket(settings.bucket())
                  .key(object)
                  .uploadId(id)
                  .ifNoneMatch("*")
                  .multipartUpload(
                      sent -> sent.parts(CompletedPart.builder().partNumber(1).eTag(tag).build()))
                  .overrideConfiguration(Bucket.within(deadline)));
      complete = true;
    } finally {
      if (!complete) {
        puts.abort(object, id, deadline);
      }
    }
  }

  private void roundTrip() {
    long[] nanos = new long[ROUND_TRIPS];
    try {
      for (int i = 0; i < ROUND_TRIPS; i++) {
        long start = System.nanoTime();
        client.headObject(
            head ->
                head.bucket(settings.bucket())
                    .key(object)
                    .requestPayer(settings.objects().payer())
                    .overrideConfiguration(Bucket.within(deadline)));
        nanos[i] = System.nanoTime() - start;
      }
    } catch (SdkException e) {
      FailedCall failure = S3Errors.failed(e);
      findings.add(Finding.bad("round trip", failure.what(), advice(failure)));
      return;
    }
    Arrays.sort(nanos);
    long median = nanos[ROUND_TRIPS / 2];
    String text = String.format(Locale.ROOT, "%.1f ms, median of %d", median / 1e6, ROUND_TRIPS);
    findings.add(
        median <= ROUND_TRIP_MOST.toNanos()
            ? Finding.good("round trip", text)
            : Finding.warning(
                "round trip",
                text,
                "use a server that is nearer: short prompts are computed in less than that"));
  }

  private void remove() {
    new Removals(settings, client).remove(object, deadline);
  }
}
