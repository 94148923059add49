/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Work on a thread of its own, which a test waits for with patience but not for ever. */
final class Running<T> {
  private final FutureTask<T> task;
  private final Thread thread;
  private final Duration patience;

  private Running(Callable<T> work, Duration patience) {
    task = new FutureTask<>(work);
    thread = Thread.ofPlatform().daemon().name("tier-contract").unstarted(task);
    this.patience = patience;
  }

  static <T> Running<T> start(Duration patience, Callable<T> work) {
    Running<T> running = new Running<>(work, patience);
    running.thread.start();
    return running;
  }

  Thread thread() {
    return thread;
  }

  boolean isDone() {
    return task.isDone();
  }

  /** Waits until the thread waits for something, or is done. */
  void untilItWaits() throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (!isDone() && System.nanoTime() < end) {
      Thread.State state = thread.getState();
      if (state != Thread.State.NEW && state != Thread.State.RUNNABLE) {
        return;
      }
      Thread.sleep(1);
    }
  }

  /**
   * The result of the work, or what it threw.
   *
   * @param what was done, for the message when it does not come back
   */
  T result(String what, String check) throws Exception {
    try {
      return task.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof Exception thrown ? thrown : e;
    } catch (TimeoutException e) {
      StringBuilder where = new StringBuilder();
      for (StackTraceElement element : thread.getStackTrace()) {
        where.append("\n  at ").append(element);
      }
      thread.interrupt();
      throw new AssertionError(
          what + " is not back after " + patience.toSeconds() + " s. Check " + check + "." + where,
          e);
    }
  }
}
