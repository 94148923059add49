/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

/**
 * Who waits for an answer. Safe for use by several threads; nothing is sent to one that is gone.
 */
interface Client {
  /** Whether the connection was closed, or the client did not read for too long. */
  boolean isGone();

  /** Sends a whole answer. */
  void reply(String json);

  /**
   * Sends an event of a stream, which begins with the first one. Waits while the client has not
   * read what was sent before.
   */
  void event(String data);

  /** Ends a stream as it should. */
  void done();

  /** Says that there is no answer, or none any more where a stream has begun. */
  void fail(ApiError error);
}
