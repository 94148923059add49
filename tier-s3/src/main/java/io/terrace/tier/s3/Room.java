/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.spi.Collected;
import io.terrace.spi.Deadline;
import io.terrace.spi.TierException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes chunks may take, and an estimate of how many they do: what the last collection of
 * this instance found, and what it has written since. What others write shows at the next
 * collection, which comes when the last one is old, or when the estimate says that room is short.
 *
 * <p>Safe for use by several threads.
 */
final class Room {
  private static final System.Logger LOGGER = System.getLogger(Room.class.getName());
  private static final Duration SUM_AGE = Duration.ofMinutes(10);
  private static final int ATTEMPTS = 3;
  private static final Duration LONGEST = Duration.ofHours(1);

  private final S3Settings.Limits limits;
  private final Collector collector;
  private final Counters counters;
  private long summedBytes;
  private long ownBytes;
  private long reservedBytes;
  private long sumEndsNanos = System.nanoTime();
  private boolean failing;
  private boolean closed;
  private @Nullable Collection collection;

  /** One that is under way, or was. */
  private record Collection(CompletableFuture<Collected> end) {}

  Room(S3Settings.Limits limits, Collector collector, Counters counters) {
    this.limits = limits;
    this.collector = collector;
    this.counters = counters;
  }

  private boolean hasLimits() {
    return limits.capacityBytes() != Long.MAX_VALUE || limits.maxAge() != null;
  }

  /**
   * Makes room for a chunk that is about to be written. Blocks while older ones are removed.
   *
   * @return whether there is room
   * @throws TierException if that could not be found out by the deadline
   */
  boolean reserve(long bytes, Deadline deadline) throws TierException {
    if (bytes > limits.capacityBytes()) {
      return false; // and nothing is removed for what can never fit
    }
    if (hasLimits()) {
      renew();
    }
    boolean fits = tryReserve(bytes);
    for (int attempt = 0; attempt < ATTEMPTS && !fits; attempt++) {
      await(collecting(bytes), deadline); // perhaps one that another began, for less
      fits = tryReserve(bytes);
    }
    return fits;
  }

  private synchronized boolean tryReserve(long bytes) {
    boolean fits = summedBytes + ownBytes + reservedBytes + bytes <= limits.capacityBytes();
    reservedBytes += fits ? bytes : 0;
    return fits;
  }

  /** Ends {@link #reserve}. */
  synchronized void written(long bytes, boolean stored) {
    reservedBytes -= bytes;
    ownBytes += stored ? bytes : 0;
  }

  /**
   * Removes what is too much or too old, and what broken uploads left. Blocks.
   *
   * @throws TierException if it was not done by the deadline; it goes on alone
   */
  Collected collect(Deadline deadline) throws TierException {
    return await(collecting(0), deadline);
  }

  /** Waits a while for the collection under way, which sees that the tier is closed. */
  void close(Deadline deadline) {
    Collection current;
    synchronized (this) {
      closed = true;
      current = collection;
    }
    try {
      if (current != null) {
        await(current, deadline);
      }
    } catch (TierException e) {
      return; // it was broken off, as it should be
    }
  }

  /** Has a sum made where the last one is old. */
  private void renew() {
    synchronized (this) {
      if (System.nanoTime() - sumEndsNanos < 0) {
        return;
      }
      sumEndsNanos = System.nanoTime() + SUM_AGE.toNanos();
    }
    collecting(0);
  }

  /** The collection that is under way, or a new one. */
  private synchronized Collection collecting(long wantedBytes) {
    Collection current = collection;
    if (current != null && !current.end().isDone()) {
      return current;
    }
    Collection begun = new Collection(new CompletableFuture<>());
    collection = begun;
    Thread.ofVirtual().name("terrace-s3-collect").start(() -> run(wantedBytes, begun.end()));
    return begun;
  }

  private void run(long wantedBytes, CompletableFuture<Collected> end) {
    long ownBefore = ownBytes();
    long capacity = limits.capacityBytes();
    long target = Math.max(0, capacity - capacity / 10 - wantedBytes);
    try {
      Collector.Outcome outcome =
          collector.collect(capacity - wantedBytes, target, Deadline.after(LONGEST));
      summed(outcome.leftBytes(), ownBefore);
      end.complete(outcome.removed());
    } catch (TierException | RuntimeException e) {
      failed(e);
      end.completeExceptionally(e);
    }
  }

  private synchronized long ownBytes() {
    return ownBytes;
  }

  /** What was written during the sum may be counted twice, until the next one. */
  private synchronized void summed(long bytes, long ownBefore) {
    summedBytes = bytes;
    ownBytes -= ownBefore;
    sumEndsNanos = System.nanoTime() + SUM_AGE.toNanos();
    failing = false;
  }

  private void failed(Exception failure) {
    boolean first;
    synchronized (this) {
      if (closed) {
        return; // broken off, as it should be
      }
      first = !failing;
      failing = true;
    }
    counters.add(Count.COLLECT_FAILED);
    LOGGER.log(
        first ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG,
        "older chunks could not be removed, the bucket may hold more than it should: {0}",
        failure.getMessage());
  }

  private static Collected await(Collection collection, Deadline deadline) throws TierException {
    try {
      return collection.end().get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      String text = cause == null ? e.toString() : cause.getMessage();
      throw new TierException("older chunks could not be removed: " + text, e);
    } catch (TimeoutException e) {
      throw new TierException("older chunks were not removed by the deadline", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TierException("interrupted while older chunks were removed", e);
    }
  }
}
