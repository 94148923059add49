/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A lock, and one condition for all that changes under it. A thread that has it may enter again.
 */
final class Monitor {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Looks at what it guards. */
  <T> T get(Supplier<T> look) {
    lock.lock();
    try {
      return look.get();
    } finally {
      lock.unlock();
    }
  }

  /** Changes what it guards: whoever waits looks again. */
  void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed();
    } finally {
      lock.unlock();
    }
  }

  /** Lets whoever waits look again. Only by a thread that has the lock. */
  void changed() {
    changed.signalAll();
  }

  /**
   * Waits until something holds.
   *
   * @return whether it does; not if the time is over, or the thread was interrupted, whose flag is
   *     set
   */
  boolean await(BooleanSupplier condition, long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (!condition.getAsBoolean()) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until there is something.
   *
   * @param look says null until there is
   */
  <T> T awaitResult(Supplier<@Nullable T> look) throws InterruptedException {
    lock.lock();
    try {
      T found = look.get();
      while (found == null) {
        changed.await();
        found = look.get();
      }
      return found;
    } finally {
      lock.unlock();
    }
  }

  /**
   * As {@link #awaitResult}; an interrupt ends no waiting, and its flag is set at the end.
   *
   * @param mostNanos after which it looks again even if nobody changed anything
   */
  <T> T awaitResultUninterruptibly(Supplier<@Nullable T> look, LongSupplier mostNanos) {
    boolean interrupted = false;
    lock.lock();
    try {
      T found = look.get();
      while (found == null) {
        try {
          changed.awaitNanos(mostNanos.getAsLong());
        } catch (InterruptedException e) {
          interrupted = true;
        }
        found = look.get();
      }
      return found;
    } finally {
      lock.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
