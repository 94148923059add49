/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Notes what the server answers, attempt by attempt: the SDK tries again without a word, and
 * corrects its clock without one. Safe for use by several threads.
 */
final class Answers implements ExecutionInterceptor {
  /** Whether the SDK holds requests of a client back once the server asked for fewer. */
  static final ExecutionAttribute<Boolean> HOLDS_BACK = new ExecutionAttribute<>("TerraceHolds");

  private static final System.Logger LOGGER = System.getLogger(Answers.class.getName());
  private static final int FORBIDDEN = 403;

  /** S3 takes 15 minutes; clocks that are set by NTP differ by less than a second. */
  private static final Duration SKEW_MOST = Duration.ofMinutes(5);

  private final Counters counters;
  private final AtomicBoolean warned = new AtomicBoolean();
  private volatile long lastNanos = System.nanoTime();
  private volatile boolean askedForFewer;

  Answers(Counters counters) {
    this.counters = counters;
  }

  /**
   * Whether an answer to any call came since then.
   *
   * @param nanoTime as {@link System#nanoTime}
   */
  boolean cameSince(long nanoTime) {
    return lastNanos - nanoTime > 0;
  }

  @Override
  public void afterMarshalling(
      Context.AfterMarshalling context, ExecutionAttributes executionAttributes) {
    Progress call = executionAttributes.getAttribute(Progress.ATTRIBUTE);
    boolean holds = Boolean.TRUE.equals(executionAttributes.getAttribute(HOLDS_BACK));
    if (call != null && holds && askedForFewer) {
      call.heldBack();
    }
  }

  @Override
  public void beforeTransmission(
      Context.BeforeTransmission context, ExecutionAttributes executionAttributes) {
    Progress call = executionAttributes.getAttribute(Progress.ATTRIBUTE);
    if (call != null) {
      call.sent();
    }
  }

  @Override
  public void afterTransmission(
      Context.AfterTransmission context, ExecutionAttributes executionAttributes) {
    lastNanos = System.nanoTime();
    SdkHttpResponse answer = context.httpResponse();
    if (S3Errors.asksForFewer(answer.statusCode())) {
      askedForFewer = true;
    }
    Progress call = executionAttributes.getAttribute(Progress.ATTRIBUTE);
    if (call != null) {
      call.answered(answer.statusCode());
    }
    if (answer.statusCode() == FORBIDDEN) {
      compareClocks(answer);
    }
  }

  /** The SDK goes by the server's clock from then on, and few servers say so. */
  private void compareClocks(SdkHttpResponse answer) {
    Duration skew = skew(answer, Instant.now());
    if (skew == null || skew.abs().compareTo(SKEW_MOST) <= 0) {
      return;
    }
    counters.add(Count.CLOCK_SKEWED);
    if (warned.compareAndSet(false, true)) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "the clock of the server is {0} s from ours, which signatures do not allow; requests are"
              + " signed by its time: set this machine''s clock by NTP",
          skew.toSeconds());
    }
  }

  /** How far the server's clock is ahead of ours; null if it does not tell the time. */
  static @Nullable Duration skew(SdkHttpResponse answer, Instant now) {
    try {
      return answer
          .firstMatchingHeader("Date")
          .map(text -> ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME))
          .map(time -> Duration.between(now, time.toInstant()))
          .orElse(null);
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}
