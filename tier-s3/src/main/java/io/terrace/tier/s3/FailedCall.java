/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import org.jspecify.annotations.Nullable;

/** A call of the server that failed. */
final class FailedCall extends Exception {
  private static final long serialVersionUID = 1;

  private final Reason reason;

  FailedCall(Reason reason, String text, @Nullable Throwable cause) {
    super(text, cause);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }
}
