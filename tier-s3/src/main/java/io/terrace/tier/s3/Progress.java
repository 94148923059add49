/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;

/**
 * How far a call has come, which the SDK tells and who waits for it asks. Safe for use by several
 * threads.
 */
final class Progress {
  /** That of the call which this thread makes. */
  static final ScopedValue<Progress> CURRENT = ScopedValue.newInstance();

  static final ExecutionAttribute<Progress> ATTRIBUTE = new ExecutionAttribute<>("TerraceProgress");

  /** The request has not left yet: it is being made, or waits for keys. */
  static final int NOT_SENT = 0;

  /** It has not left, and the SDK may hold it back, since the server asked for fewer. */
  static final int HELD_BACK = 1;

  static final int NOT_ANSWERED = 2;

  private final AtomicInteger status = new AtomicInteger(NOT_SENT);
  private final AtomicReference<@Nullable Runnable> whenSent;

  /**
   * @param whenSent run once, when the request leaves for the first time, or {@link #ended}
   */
  Progress(Runnable whenSent) {
    this.whenSent = new AtomicReference<>(whenSent);
  }

  /** The status of the last answer, or one of the constants, all of which are less. */
  int status() {
    return status.get();
  }

  void heldBack() {
    status.compareAndSet(NOT_SENT, HELD_BACK);
  }

  void sent() {
    status.updateAndGet(before -> Math.max(before, NOT_ANSWERED));
    ended();
  }

  void answered(int code) {
    status.set(code);
  }

  void ended() {
    Runnable waiting = whenSent.getAndSet(null);
    if (waiting != null) {
      waiting.run();
    }
  }
}
