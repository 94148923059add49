/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * When there is time to store what a prompt computes: once the prompt is computed, and its first
 * token sampled, which somebody waits for; a machine's cores, its memory and its network serve that
 * first. Other prompts are not waited for: where there is always one, the same conversation's next
 * question comes to another instance meanwhile, and is computed anew there.
 *
 * <p>Guarded by the lock of the {@link Spiller}.
 */
final class Lull {
  /** Behind a prompt its first token is sampled. */
  private static final long SAMPLING_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** What comes early in a long prompt waits no longer: others may share the beginning. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** No prompt was computed for so long: there is a pause. */
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** How long a copy waits for a pause. */
  private static final long COPY_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private static final long COMPUTED_YET = Long.MAX_VALUE;

  private long sampled = COMPUTED_YET; // when the first token is, as far as is known

  /** The prompt is computed; by {@link System#nanoTime}. */
  void begins(long now) {
    sampled = now + SAMPLING_NANOS;
  }

  /**
   * How long a part of a prompt is to wait from now on, as far as is known.
   *
   * @param lull of its prompt; null for what belongs to none
   * @param since when it came
   * @return nanoseconds; not positive if it is to be stored
   */
  static long waitNanos(@Nullable Lull lull, long since, long now) {
    if (lull == null) {
      return 0;
    }
    long patience = since + PATIENCE_NANOS - now;
    return lull.sampled == COMPUTED_YET ? patience : Math.min(patience, lull.sampled - now);
  }

  /**
   * How long a copy of what other instances find elsewhere is to wait from now on, as far as is
   * known: until there is a pause of all prompts.
   *
   * @param since when it came
   * @param busy until when a prompt was computed, or is
   * @return nanoseconds; not positive if it is to be stored
   */
  static long untilPauseNanos(long since, long busy, long now) {
    return Math.min(since + COPY_PATIENCE_NANOS - now, busy + PAUSE_NANOS - now);
  }
}
