/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import org.jspecify.annotations.Nullable;

/** A call of the server that failed. */
final class FailedCall extends Exception {
  private static final long serialVersionUID = 1;

  private final Reason reason;
  private final String what;
  private final String advice;

  FailedCall(Reason reason, String what, @Nullable Throwable cause) {
    this(reason, what, reason.advice(), cause);
  }

  /**
   * @param advice what to change; empty where that cannot be known
   */
  FailedCall(Reason reason, String what, String advice, @Nullable Throwable cause) {
    super(advice.isEmpty() ? what : what + ": " + advice, cause);
    this.reason = reason;
    this.what = what;
    this.advice = advice;
  }

  Reason reason() {
    return reason;
  }

  /** The message without the advice. */
  String what() {
    return what;
  }

  String advice() {
    return advice;
  }
}
