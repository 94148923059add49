/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

/** A call of the server that failed. */
final class FailedCall extends Exception {
  private static final long serialVersionUID = 1;

  private final Reason reason;

  FailedCall(Reason reason, String text, Throwable cause) {
    super(text, cause);
    this.reason = reason;
  }

  FailedCall(Reason reason, String text) {
    super(text);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }
}
