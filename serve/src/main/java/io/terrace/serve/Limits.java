/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import java.time.Duration;

/**
 * What the server bounds.
 *
 * @param queue requests that wait; more are turned away
 * @param concurrency requests that are answered at a time
 * @param bodyBytes largest body of a request
 * @param clientPatience how long a client may take to send a request, its head and its body each,
 *     and to begin another one on the same connection
 * @param readerPatience how long a client may leave unread what it was sent, before it counts as
 *     gone
 * @param stopPatience how long answers that are being computed may go on when the server stops
 */
record Limits(
    int queue,
    int concurrency,
    int bodyBytes,
    Duration clientPatience,
    Duration readerPatience,
    Duration stopPatience) {
  /** As a user has it. */
  static Limits standard(int queue, int concurrency) {
    return new Limits(
        queue,
        concurrency,
        10_000_000,
        Duration.ofSeconds(30),
        Duration.ofSeconds(30),
        Duration.ofSeconds(20));
  }
}
