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
  private final ThreadPoolExecutor openers; // so that no payload waits for the header of another

  /**
   * @param count payloads and other work at once; as many threads beside them open files and read
   *     headers
   */
  IoThreads(int count) {
    threads = pool(count, "terrace-nfs-");
    openers = pool(Math.max(2, count), "terrace-nfs-open-");
  }

  private static ThreadPoolExecutor pool(int count, String name) {
    ThreadFactory daemons = Thread.ofPlatform().daemon().name(name, 0).factory();
    var pool =
        new ThreadPoolExecutor(
            count, count, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), daemons);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Does some work and waits for it, at most until the deadline. It may use nothing of others. */
  <T> T call(String what, Deadline deadline, Callable<? extends T> work) throws TierException {
    return submit(new Pending<T>(what, work, result -> {})).await(deadline);
  }

  /**
   * Does some work at once, or begins it.
   *
   * @param here whether the caller may do it: it saves the way to another thread and back, a tenth
   *     of a millisecond or two
   */
  <T> Pending<T> nearest(boolean here, Pending<T> pending) {
    if (here) {
      pending.run();
      return pending;
    }
    return submit(pending);
  }

  /** Begins some work. */
  <T> Pending<T> submit(Pending<T> pending) {
    return submit(pending, threads);
  }

  /** Begins to open a file whose payload will be read by other work. */
  <T> Pending<T> open(Pending<T> pending) {
    return submit(pending, openers);
  }

  private static <T> Pending<T> submit(Pending<T> pending, Executor executor) {
    try {
      executor.execute(pending);
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
    openers.shutdown();
  }
}
