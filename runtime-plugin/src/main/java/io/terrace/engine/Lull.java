/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * When there is time for what has time: once the prompts are computed that were being computed when
 * it came, the one that it belongs to among them. A machine's cores, its memory and its network
 * serve those first, which somebody waits for. Prompts that begin later are not waited for: they
 * may well be waiting for this work in another instance.
 *
 * <p>Guarded by the lock of the {@link Spiller}.
 */
final class Lull {
  /** Behind a prompt its first token is sampled, which somebody waits for as well. */
  private static final long SAMPLING_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Work waits so long and no longer, however long a prompt is. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final List<Prompt> prompts = new ArrayList<>(); // and those whose first token is sampled

  /** A prompt on its way. */
  static final class Prompt {
    private final long begun;
    private long sampled = Long.MAX_VALUE; // when its first token is, as far as is known

    private Prompt(long begun) {
      this.begun = begun;
    }

    private boolean isOver(long now) {
      return sampled != Long.MAX_VALUE && sampled - now <= 0;
    }

    private long waitNanos(long since, long now) {
      if (begun - since > 0) {
        return 0;
      }
      return sampled == Long.MAX_VALUE ? Long.MAX_VALUE : sampled - now;
    }
  }

  /** A prompt begins to be computed; times are those of {@link System#nanoTime}. */
  Prompt begins(long now) {
    prompts.removeIf(each -> each.isOver(now));
    Prompt prompt = new Prompt(now);
    prompts.add(prompt);
    return prompt;
  }

  /** A prompt is computed. */
  void ends(Prompt prompt, long now) {
    prompt.sampled = now + SAMPLING_NANOS;
  }

  /**
   * How long work is to wait from now on, as far as is known.
   *
   * @param since when it came
   * @return nanoseconds; not positive if it is to begin
   */
  long waitNanos(long since, long now) {
    long wait = 0;
    for (Prompt prompt : prompts) {
      wait = Math.max(wait, prompt.waitNanos(since, now));
    }
    return Math.min(wait, since + PATIENCE_NANOS - now);
  }
}
