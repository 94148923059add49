/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import io.terrace.loader.PluginLog;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/** Says once for a model what the first reuse of a good length saved. */
final class FirstReuse {
  /** Below that a line would tell of a beginning-of-text token. */
  private static final int WORTH_TELLING_TOKENS = 32;

  private final String model;
  private final PluginLog log;
  private final LongAdder computedTokens = new LongAdder();
  private final LongAdder computedNanos = new LongAdder();
  private final AtomicBoolean told = new AtomicBoolean();

  FirstReuse(String model, PluginLog log) {
    this.model = model;
    this.log = log;
  }

  /** Tokens of a prompt were computed, in so much time. */
  void computed(int tokens, long nanos) {
    if (tokens >= WORTH_TELLING_TOKENS) {
      computedTokens.add(tokens);
      computedNanos.add(nanos);
    }
  }

  /** Tokens of a prompt were reused. */
  void reused(int promptTokens, int tokens) {
    if (tokens < WORTH_TELLING_TOKENS || !told.compareAndSet(false, true)) {
      return;
    }
    long measured = computedTokens.sum();
    String saved =
        measured == 0
            ? ""
            : ", about "
                + Math.round(tokens * (computedNanos.sum() / 1e6 / measured))
                + " ms of prefill at the speed seen so far";
    log.info(model + ": first reuse, " + tokens + " of " + promptTokens + " prompt tokens" + saved);
  }
}
