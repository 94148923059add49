/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.Deadline;
import io.terrace.spi.TierException;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The platform threads that wait for the volume, so that no virtual thread is pinned and no caller
 * waits longer than it wants to. A volume that hangs holds these threads and no others.
 */
final class IoThreads implements AutoCloseable {
  private static final long IDLE_SECONDS = 10;

  private final ThreadPoolExecutor threads;

  IoThreads(int count) {
    ThreadFactory daemons = Thread.ofPlatform().daemon().name("terrace-nfs-", 0).factory();
    threads =
        new ThreadPoolExecutor(
            count, count, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), daemons);
    threads.allowCoreThreadTimeOut(true);
  }

  /** Does some work and waits for it, at most until the deadline. It may use nothing of others. */
  <T> T call(String what, Deadline deadline, Callable<? extends T> work) throws TierException {
    return submit(new Pending<T>(what, work, result -> {})).await(deadline);
  }

  /** Begins some work. */
  <T> Pending<T> submit(Pending<T> pending) {
    try {
      threads.execute(pending);
    } catch (RejectedExecutionException e) {
      pending.refuse(new TierException("the tier is closed", e));
    }
    return pending;
  }

  /** The threads, for work of others; takes nothing after the end. */
  Executor executor() {
    return threads;
  }

  /** Does some work that nobody waits for. */
  void begin(Runnable work) {
    try {
      threads.execute(work);
    } catch (RejectedExecutionException e) {
      work.run(); // closes files at most, or sees that the tier is closed
    }
  }

  /** Lets what was begun end by itself; takes nothing new. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
