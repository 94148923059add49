/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;

/** What the SDK throws, in our words. */
final class S3Errors {
  private static final int BAD_REQUEST = 400;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int CONFLICT = 409;
  private static final int PRECONDITION_FAILED = 412;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int NOT_IMPLEMENTED = 501;
  private static final int SLOW_DOWN = 503;
  private static final int SERVER_ERROR = 500;
  private static final int REDIRECT = 301;
  private static final int TEMPORARY_REDIRECT = 307;
  private static final int PERMANENT_REDIRECT = 308;

  private static final Set<String> CLOCK_CODES =
      Set.of("RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture");
  private static final Set<String> BUCKET_CODES =
      Set.of("NoSuchBucket", "PermanentRedirect", "AuthorizationHeaderMalformed");
  private static final Set<String> HEADER_CODES =
      Set.of("InvalidArgument", "InvalidRequest", "NotImplemented", "UnsupportedHeader");

  private S3Errors() {}

  /** Whether there is no such object; a missing bucket is a failure. */
  static boolean isMissing(Throwable thrown) {
    return thrown instanceof AwsServiceException e
        && e.statusCode() == NOT_FOUND
        && !code(e).equals("NoSuchBucket");
  }

  /** Whether a conditional write found an object there. */
  static boolean isTaken(Throwable thrown) {
    return thrown instanceof AwsServiceException e && e.statusCode() == PRECONDITION_FAILED;
  }

  /** Whether a conditional write met another one, so that one of both may be there. */
  static boolean isConflict(Throwable thrown) {
    return thrown instanceof AwsServiceException e && e.statusCode() == CONFLICT;
  }

  /**
   * Whether a server may have refused a request for a part of the protocol that it does not know.
   * Such servers answer 501, as the protocol has it, or 405, or 400 about a header; others are
   * silent.
   */
  static boolean mayNotKnow(Throwable thrown) {
    return thrown instanceof AwsServiceException e
        && switch (e.statusCode()) {
          case NOT_IMPLEMENTED, METHOD_NOT_ALLOWED -> true;
          case BAD_REQUEST -> HEADER_CODES.contains(code(e));
          default -> false;
        };
  }

  /**
   * Whether a server may have refused the removal of many objects for their number: it does not
   * know the request, or asks for a right to the whole bucket.
   */
  static boolean mayTakeOneOnly(Throwable thrown) {
    return thrown instanceof AwsServiceException e
        && (e.statusCode() == FORBIDDEN || mayNotKnow(thrown));
  }

  /** Whether a server that answers so wants fewer requests. */
  static boolean asksForFewer(int status) {
    return status == TOO_MANY_REQUESTS || status == SLOW_DOWN;
  }

  /** What became of a call. */
  static FailedCall failed(Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof FailedCall failed) {
      return failed;
    }
    Reason reason = reason(cause);
    return new FailedCall(reason, text(cause), advice(cause, reason), cause);
  }

  /**
   * What became of a call that did not end in time.
   *
   * @param status as {@link Progress#status} has it
   */
  static FailedCall late(int status, Throwable cause) {
    Reason reason = Reason.LATE;
    String text = "no answer by the deadline";
    if (status == Progress.NOT_SENT) {
      reason = Reason.UNSENT;
      text = "not sent by the deadline, for no reason of the server's";
    } else if (status == Progress.HELD_BACK) {
      reason = Reason.THROTTLED;
      text = "not sent by the deadline, since the server asked for fewer requests before";
    } else if (status == TOO_MANY_REQUESTS || status >= SERVER_ERROR) {
      reason = reason(status);
      text = "the server answers " + status + ", and did so until the deadline";
    }
    return new FailedCall(reason, text, cause);
  }

  private static Reason reason(Throwable thrown) {
    if (thrown instanceof AwsServiceException e) {
      return reason(e);
    }
    if (thrown instanceof ApiCallTimeoutException
        || thrown instanceof ApiCallAttemptTimeoutException
        || thrown instanceof AbortedException) { // while it waited for its next try

      return Reason.LATE;
    }
    if (thrown instanceof EOFException) {
      return Reason.CUT;
    }
    if (thrown instanceof IOException || find(thrown, IOException.class) != null) {
      return Reason.CONNECTION;
    }
    return thrown instanceof SdkClientException && mentionsConnection(thrown)
        ? Reason.CONNECTION
        : Reason.OTHER;
  }

  private static boolean mentionsConnection(Throwable thrown) {
    return String.valueOf(thrown.getMessage()).toLowerCase(Locale.ROOT).contains("connection");
  }

  private static Reason reason(AwsServiceException e) {
    String code = code(e);
    if (CLOCK_CODES.contains(code)) {
      return Reason.CLOCK;
    }
    if (BUCKET_CODES.contains(code)) {
      return Reason.BUCKET;
    }
    return reason(e.statusCode());
  }

  private static Reason reason(int status) {
    return switch (status) {
      case REDIRECT, TEMPORARY_REDIRECT, PERMANENT_REDIRECT, NOT_FOUND -> Reason.BUCKET;
      case UNAUTHORIZED, FORBIDDEN -> Reason.DENIED;
      case TOO_MANY_REQUESTS, SLOW_DOWN -> Reason.THROTTLED;
      default -> status >= SERVER_ERROR ? Reason.SERVER : Reason.OTHER;
    };
  }

  /** The code in an answer; empty where it has none, as answers to HEAD. */
  static String code(AwsServiceException e) {
    return e.awsErrorDetails() == null || e.awsErrorDetails().errorCode() == null
        ? ""
        : e.awsErrorDetails().errorCode();
  }

  /** What failed, as the person who reads the log wants it. */
  private static String text(Throwable thrown) {
    if (thrown instanceof AwsServiceException e) {
      String code = code(e);
      String message = e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorMessage();
      return "the server answers "
          + e.statusCode()
          + (code.isEmpty() ? "" : " " + code)
          + (message == null || message.isBlank() ? "" : " (" + message + ")");
    }
    UnknownHostException unknown = find(thrown, UnknownHostException.class);
    if (unknown != null) {
      return "no host has the name " + unknown.getMessage();
    }
    SSLException tls = find(thrown, SSLException.class);
    if (tls != null) {
      return "TLS fails: " + tls.getMessage();
    }
    IOException io = find(thrown, IOException.class);
    return io != null && io.getMessage() != null ? io.getMessage() : String.valueOf(thrown);
  }

  private static String advice(Throwable thrown, Reason reason) {
    if (find(thrown, UnknownHostException.class) != null) {
      return "look at 'endpoint' and 'region'";
    }
    if (find(thrown, SSLException.class) != null) {
      return "look at 'trustStore' and 'endpoint'";
    }
    if (thrown instanceof AwsServiceException e && e.statusCode() == BAD_REQUEST) {
      return "look at 'region' and 'checksums'";
    }
    return reason.advice();
  }

  /** The nearest cause of a type; null if there is none. */
  static <T extends Throwable> @Nullable T find(Throwable thrown, Class<T> type) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return type.cast(cause);
      }
    }
    return null;
  }
}
