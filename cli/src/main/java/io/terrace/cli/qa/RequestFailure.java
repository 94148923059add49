/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

/** Why a request got no answer: what stands before the first colon is the same for all alike. */
final class RequestFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  RequestFailure(String reason) {
    super(reason);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
