/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Closes tiers, all at once and each on a thread of its own: one that fails keeps no other open,
 * and one that hangs is left behind.
 *
 * <p>Used by one thread.
 */
public final class TierClosing {
  private record Closing(String name, FutureTask<?> task) {}

  private final List<Closing> begun = new ArrayList<>();
  private final Consumer<Throwable> failed;

  /**
   * @param failed is told of each tier that could not be closed
   */
  public TierClosing(Consumer<Throwable> failed) {
    this.failed = failed;
  }

  /**
   * Begins to close a tier.
   *
   * @param close does so
   */
  public void begin(String name, Runnable close) {
    FutureTask<?> task = new FutureTask<>(close, null);
    begun.add(new Closing(name, task));
    Thread.ofPlatform().daemon().name("terrace-" + name + "-close").start(task);
  }

  /** Waits until all of them are closed, or the deadline. */
  public void await(Deadline deadline) {
    begun.forEach(closing -> await(closing, deadline));
  }

  private void await(Closing closing, Deadline deadline) {
    String what = "tier '" + closing.name + "' was not closed, the others are: ";
    try {
      closing.task.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      closing.task.cancel(true);
      failed.accept(
          new IllegalStateException(what + "it was not done in time, see whether its store hangs"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failed.accept(new IllegalStateException(what + "interrupted", e));
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      failed.accept(new IllegalStateException(what + cause, cause));
    }
  }
}
