/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether a tier is called. One that is sick is left alone for a while; then a single call finds
 * out whether it is well, and if not it is left alone for twice as long, up to some minutes. A tier
 * is sick when it says so, or when a few calls in a row failed.
 *
 * <p>Each call is let through by {@link #admit} and says how it ended, under the number that it got
 * there. Calls that began before the state changed last say nothing about it any more.
 *
 * <p>Safe for use by several threads.
 */
final class Breaker {
  /** Not to be called. */
  static final long REFUSED = -1;

  private static final long SHORTEST_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long LONGEST_NANOS = Duration.ofMinutes(5).toNanos();
  private static final int FAILURES_IN_A_ROW = 3;

  private enum State {
    CLOSED, // calls pass
    OPEN, // none does
    HALF_OPEN // one is under way
  }

  private final LongSupplier nanoTime;
  private State state = State.CLOSED;
  private long changes; // of the state: the number of the calls that it lets through
  private int failures; // in a row
  private long restNanos = SHORTEST_NANOS;
  private long restUntil;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  Breaker(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Whether a call would be refused now. */
  synchronized boolean isOpen() {
    return switch (state) {
      case CLOSED -> false;
      case OPEN -> nanoTime.getAsLong() - restUntil < 0;
      case HALF_OPEN -> true;
    };
  }

  /**
   * Asks for a call to be made.
   *
   * @return the call's number, under which it says how it ended; or {@link #REFUSED}
   */
  synchronized long admit() {
    if (isOpen()) {
      return REFUSED;
    }
    if (state == State.OPEN) {
      become(State.HALF_OPEN);
    }
    return changes;
  }

  /**
   * A call did what it was to do.
   *
   * @return whether the tier was sick until now
   */
  synchronized boolean well(long call) {
    if (call != changes) {
      return false;
    }
    failures = 0;
    if (state != State.HALF_OPEN) {
      return false;
    }
    restNanos = SHORTEST_NANOS;
    become(State.CLOSED);
    return true;
  }

  /**
   * A call failed.
   *
   * @return whether the tier was taken for well until now, and is not any more
   */
  synchronized boolean failed(long call) {
    if (call != changes) {
      return false;
    }
    failures++;
    return (state == State.HALF_OPEN || failures >= FAILURES_IN_A_ROW) && sick(call);
  }

  /** As {@link #failed}, where one call is enough. */
  synchronized boolean sick(long call) {
    if (call != changes) {
      return false;
    }
    boolean news = state == State.CLOSED;
    restNanos = news ? SHORTEST_NANOS : Math.min(2 * restNanos, LONGEST_NANOS);
    rest(restNanos);
    return news;
  }

  /** A call showed nothing: where it was to find out, the next one is. */
  synchronized void unknown(long call) {
    if (call == changes && state == State.HALF_OPEN) {
      rest(0);
    }
  }

  private void rest(long nanos) {
    failures = 0;
    restUntil = nanoTime.getAsLong() + nanos;
    become(State.OPEN);
  }

  private void become(State next) {
    state = next;
    changes++;
  }

  /** How long a sick tier is left alone now, from the call that showed it. */
  synchronized Duration rest() {
    return Duration.ofNanos(restNanos);
  }
}
