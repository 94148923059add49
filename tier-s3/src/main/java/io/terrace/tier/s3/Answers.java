/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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
  /**
   * The status of the last answer to the call that is being made, or {@link #NOT_SENT}, {@link
   * #HELD_BACK} or {@link #NOT_ANSWERED}; bound while it is made.
   */
  static final ScopedValue<AtomicInteger> STATUS = ScopedValue.newInstance();

  static final ExecutionAttribute<AtomicInteger> STATUS_ATTRIBUTE =
      new ExecutionAttribute<>("TerraceStatus");

  /** Whether the SDK holds requests of a client back once the server asked for fewer. */
  static final ExecutionAttribute<Boolean> HOLDS_BACK = new ExecutionAttribute<>("TerraceHolds");

  /** The request has not left yet: it is being made, or waits for keys. */
  static final int NOT_SENT = 0;

  /** It has not left, and the SDK may hold it back, since the server asked for fewer. */
  static final int HELD_BACK = 1;

  static final int NOT_ANSWERED = 2;

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
    AtomicInteger status = executionAttributes.getAttribute(STATUS_ATTRIBUTE);
    boolean holds = Boolean.TRUE.equals(executionAttributes.getAttribute(HOLDS_BACK));
    if (status != null && holds && askedForFewer) {
      status.compareAndSet(NOT_SENT, HELD_BACK);
    }
  }

  @Override
  public void beforeTransmission(
      Context.BeforeTransmission context, ExecutionAttributes executionAttributes) {
    AtomicInteger status = executionAttributes.getAttribute(STATUS_ATTRIBUTE);
    if (status != null && status.get() < NOT_ANSWERED) {
      status.set(NOT_ANSWERED);
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
    AtomicInteger status = executionAttributes.getAttribute(STATUS_ATTRIBUTE);
    if (status != null) {
      status.set(answer.statusCode());
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
