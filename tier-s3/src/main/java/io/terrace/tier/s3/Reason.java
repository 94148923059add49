/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

/** Why a call of the server did not do what it should, with the name that metrics show. */
enum Reason {
  /** The keys are refused, or do not allow it: 401, 403. */
  DENIED("denied"),
  /** The server's clock and ours differ too much for signatures. */
  CLOCK("clock"),
  /** The bucket is not there, or in another region. */
  BUCKET("bucket"),
  /** The server asks for fewer requests: 429, 503. */
  THROTTLED("throttled"),
  /** The server failed: 500 and its kind. */
  SERVER("server"),
  /** No connection came about, or it broke before the answer. */
  CONNECTION("connection"),
  /** The answer ended early, or was another than promised. */
  CUT("cut"),
  /** The deadline passed. */
  LATE("late"),
  /** Anything else. */
  OTHER("other");

  private final String text;

  Reason(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }
}
