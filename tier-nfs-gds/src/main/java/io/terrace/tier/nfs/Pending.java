/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.Deadline;
import io.terrace.spi.TierException;
import io.terrace.spi.TierUnavailableException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Work for a thread of the tier's own, and what came of it. One thread waits for it, in one of two
 * ways: it leaves when its time is over, or it stays until the work has ended.
 */
final class Pending<T> implements Runnable {
  private final String what;
  private final Callable<? extends T> work;
  private final Consumer<? super T> late;
  private final Runnable refused;
  private final CountDownLatch ended = new CountDownLatch(1);
  private boolean begun;
  private boolean left;
  private @Nullable T result;
  private @Nullable Throwable failure;

  /**
   * @param what for messages: "read 3f…"
   * @param late takes a result that nobody waits for any more
   */
  Pending(String what, Callable<? extends T> work, Consumer<? super T> late) {
    this(what, work, late, () -> {});
  }

  /**
   * As above.
   *
   * @param refused run if the work will never be: gives back what it would have used up
   */
  Pending(String what, Callable<? extends T> work, Consumer<? super T> late, Runnable refused) {
    this.what = what;
    this.work = work;
    this.late = late;
    this.refused = refused;
  }

  @Override
  public void run() {
    synchronized (this) {
      if (left) {
        return;
      }
      begun = true;
    }
    T found = null;
    Throwable thrown = null;
    try {
      found = work.call();
    } catch (Throwable e) { // whatever it is, the caller waits for it
      thrown = e;
    }
    boolean unwanted;
    synchronized (this) {
      result = found;
      failure = thrown;
      unwanted = left;
      ended.countDown(); // so that whoever leaves from now on knows that there is a result
    }
    if (unwanted && found != null) {
      late.accept(found);
    }
  }

  /**
   * Waits until the deadline at most, and then leaves the work to itself.
   *
   * @throws TierException what the work threw; or it did not end in time, or the thread was
   *     interrupted
   */
  T await(Deadline deadline) throws TierException {
    try {
      if (ended.await(deadline.remainingNanos(), TimeUnit.NANOSECONDS) || !leave()) {
        return result();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      if (leave()) {
        throw new TierException("interrupted, did not " + what, e);
      }
      return result();
    }
    throw isBegun()
        ? new TierException("did not " + what + " by the deadline: the volume is slow")
        : new TierUnavailableException(
            "did not " + what + " by the deadline: all threads wait for the volume");
  }

  /**
   * Waits until the work has ended, however long that takes; an interrupt stops it early.
   *
   * @throws TierException what the work threw
   */
  T finish(Stop stop) throws TierException {
    boolean interrupted = false;
    while (true) {
      try {
        ended.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
        stop.stop();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return result();
  }

  /** Says that nobody waits; a result goes where late ones go. */
  void abandon() {
    if (!leave()) {
      T found = taken();
      if (found != null) {
        late.accept(found);
      }
    }
  }

  private synchronized @Nullable T taken() {
    return result;
  }

  /** Ends work that will never run. */
  void refuse(Throwable reason) {
    synchronized (this) {
      failure = reason;
    }
    refused.run();
    ended.countDown();
  }

  /** Whether the work goes on without its caller; false if it has ended. */
  private synchronized boolean leave() {
    left = ended.getCount() > 0;
    return left;
  }

  private synchronized boolean isBegun() {
    return begun;
  }

  @SuppressWarnings("NullAway") // null is a result like others where T allows it
  private synchronized T result() throws TierException {
    Throwable thrown = failure;
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown instanceof TierException e) {
      throw e;
    }
    if (thrown != null) {
      throw new TierException("did not " + what + ": " + thrown, thrown);
    }
    return result;
  }
}
