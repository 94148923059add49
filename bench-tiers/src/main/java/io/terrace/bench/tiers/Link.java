/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.bench.tiers;

import io.terrace.spi.Deadline;
import io.terrace.spi.TierException;

/**
 * The way to a slow store: every call waits for it, and what goes over it shares its bandwidth,
 * both directions together. Transfers take turns by slices, so that one that is given up leaves the
 * rest of its time to the others.
 *
 * <p>Time is planned, not slept through: a thread that wakes late, or a store that takes time of
 * its own, makes a transfer no slower than the link.
 */
final class Link {
  private static final int SLICE_BYTES = 256 << 10;

  private final long latencyNanos;
  private final double nanosPerByte;
  private final Ticker ticker;
  private long freeAtNanos;

  /**
   * @param bandwidth bytes a second
   */
  Link(long latencyNanos, long bandwidth, Ticker ticker) {
    this.latencyNanos = latencyNanos;
    this.ticker = ticker;
    nanosPerByte = 1e9 / bandwidth;
    freeAtNanos = ticker.nanoTime();
  }

  /** Now, in the time of {@link #reach}. */
  long now() {
    return ticker.nanoTime();
  }

  /**
   * Waits until a call that begins now has reached the store.
   *
   * @param what for messages
   * @return when that was, by the ticker
   * @throws TierException if the deadline comes first, or an interrupt
   */
  long reach(String what, Deadline deadline) throws TierException {
    long reached = ticker.nanoTime() + latencyNanos;
    await(reached, what, deadline);
    return reached;
  }

  /**
   * Waits until bytes are over the link.
   *
   * @param reached when the call that they belong to reached the store
   * @throws TierException if the deadline comes first, or an interrupt
   */
  void carry(long bytes, long reached, String what, Deadline deadline) throws TierException {
    long at = reached;
    for (long left = bytes; left > 0; left -= SLICE_BYTES) {
      at = take(Math.min(left, SLICE_BYTES), at);
      await(at, what, deadline);
    }
  }

  private synchronized long take(long bytes, long notBefore) {
    long begin = freeAtNanos - notBefore > 0 ? freeAtNanos : notBefore;
    freeAtNanos = begin + Math.round(bytes * nanosPerByte);
    return freeAtNanos;
  }

  private void await(long nanoTime, String what, Deadline deadline) throws TierException {
    long wanted = nanoTime - ticker.nanoTime();
    long allowed = deadline.remainingNanos();
    try {
      ticker.sleep(Math.min(wanted, allowed));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TierException("interrupted, did not " + what, e);
    }
    if (wanted >= allowed) {
      throw new TierException("the slow tier had no time left to " + what);
    }
  }
}
