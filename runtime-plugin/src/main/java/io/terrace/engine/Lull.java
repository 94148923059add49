/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import java.util.concurrent.TimeUnit;

/**
 * When there is time for what has time: while no prompt is computed. A machine's cores, its memory
 * and its network serve the prompts first, which somebody waits for.
 *
 * <p>Guarded by the lock of the {@link Spiller}.
 */
final class Lull {
  /** Behind a prompt its first token is sampled, which somebody waits for as well. */
  private static final long SAMPLING_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Where there is always a prompt, work waits so long. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private int prompts;
  private long ended = System.nanoTime() - SAMPLING_NANOS;

  /**
   * A prompt begins to be computed.
   *
   * @return how many are, with it
   */
  int begins() {
    return ++prompts;
  }

  /** A prompt is computed. */
  void ends(long now) {
    prompts--;
    ended = now;
  }

  /**
   * How long work is to wait from now on, as far as is known.
   *
   * @param since when it came, by {@link System#nanoTime}
   * @return nanoseconds; not positive if it is to begin
   */
  long waitNanos(long since, long now) {
    long patience = since + PATIENCE_NANOS - now;
    return prompts > 0 ? patience : Math.min(patience, ended + SAMPLING_NANOS - now);
  }
}
