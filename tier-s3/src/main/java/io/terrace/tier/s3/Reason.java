/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

/** Why a call of the server did not do what it should, with the name that metrics show. */
enum Reason {
  /** The keys are refused, or do not allow it: 401, 403. */
  DENIED("denied", "look at the keys, and at what they are allowed"),
  /** The server's clock and ours differ too much for signatures. */
  CLOCK("clock", "set this machine's clock by NTP"),
  /** The bucket is not there, or in another region. */
  BUCKET("bucket", "look at 'bucket', 'region' and 'endpoint'"),
  /** The server asks for fewer requests: 429, 503. */
  THROTTLED("throttled", "lower 'connections', or look at the server's load"),
  /** The server failed: 500 and its kind. */
  SERVER("server", "look at the server's own log"),
  /** No connection came about, or it broke before the answer. */
  CONNECTION("connection", "look at 'endpoint', and whether the server runs"),
  /** The answer ended early, or was another than promised. */
  CUT("cut", "look for what ends connections: a proxy, or a limit of the server's"),
  /** The deadline passed. */
  LATE("late", "look at the way to the server, and at its load"),
  /** The request had not left by the deadline, which no answer of the server's is the reason of. */
  UNSENT("unsent", "look at this machine's load, and at where the keys come from"),
  /** Anything else. */
  OTHER("other", "");

  private final String text;
  private final String advice;

  Reason(String text, String advice) {
    this.text = text;
    this.advice = advice;
  }

  /** What to change; empty where that cannot be known. */
  String advice() {
    return advice;
  }

  String text() {
    return text;
  }
}
