/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.Collected;
import io.terrace.spi.Deadline;
import io.terrace.spi.TierException;
import io.terrace.tier.nfs.io.IoFaults;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes chunks may take, and an estimate of how many they do: what the last collector of
 * any instance found, and what this one has written since. What others write shows at the next sum,
 * which is made when the last one is old, or when the estimate says that room is short.
 *
 * <p>Safe for use by several threads.
 */
final class Room {
  private static final System.Logger LOGGER = System.getLogger(Room.class.getName());
  private static final Duration SUM_AGE = Duration.ofMinutes(10);
  private static final int ATTEMPTS = 3;
  private static final Duration LONGEST = Duration.ofHours(1);

  private final AtomicBoolean tooSmallTold = new AtomicBoolean();
  private final long capacityBytes;
  private final Layout layout;
  private final Collector collector;
  private long summedBytes;
  private long ownBytes;
  private long reservedBytes;
  private long sumEndsNanos = System.nanoTime();
  private @Nullable Collection collection;

  /** One that is under way, or was. */
  private record Collection(CompletableFuture<Collected> end) {}

  Room(long capacityBytes, Layout layout, Collector collector) {
    this.capacityBytes = capacityBytes;
    this.layout = layout;
    this.collector = collector;
  }

  long capacityBytes() {
    return capacityBytes;
  }

  /** What chunks take, as far as this instance knows. */
  synchronized long usedBytes() {
    return summedBytes + ownBytes + reservedBytes;
  }

  /**
   * Makes room for a chunk that is about to be written. Blocks while older ones are removed.
   *
   * @return whether there is room
   * @throws IOException if that could not be found out by the deadline
   */
  boolean reserve(long bytes, Deadline deadline) throws IOException {
    if (bytes > capacityBytes) {
      tellTooSmall(bytes);
      return false; // and nothing is removed for what can never fit
    }
    renew();
    boolean fits = tryReserve(bytes);
    for (int attempt = 0; attempt < ATTEMPTS && !fits; attempt++) {
      await(collecting(bytes), deadline); // perhaps one that another began, for less
      fits = tryReserve(bytes);
    }
    return fits;
  }

  private void tellTooSmall(long bytes) {
    if (tooSmallTold.compareAndSet(false, true)) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "the capacity of the volume at {0} is {1} MiB, a chunk of this model takes {2} MiB:"
              + " nothing of it is stored; raise the capacity",
          layout.root(),
          Mebibytes.text(capacityBytes),
          Mebibytes.text(bytes));
    }
  }

  private synchronized boolean tryReserve(long bytes) {
    boolean fits = usedBytes() + bytes <= capacityBytes;
    reservedBytes += fits ? bytes : 0;
    return fits;
  }

  /** Ends {@link #reserve}. */
  synchronized void written(long bytes, boolean stored) {
    reservedBytes -= bytes;
    ownBytes += stored ? bytes : 0;
  }

  /**
   * Removes what is too much, and what broken writes left. Blocks.
   *
   * @throws IOException if it was not done by the deadline; it goes on alone
   */
  Collected collect(Deadline deadline) throws IOException {
    return await(collecting(0), deadline);
  }

  /** Waits a while for the collection under way, which sees that the tier is closed. */
  void close(Deadline deadline) {
    Collection current;
    synchronized (this) {
      current = collection;
    }
    try {
      if (current != null) {
        await(current, deadline);
      }
    } catch (IOException e) {
      return; // it was broken off, as it should be
    }
  }

  /** Looks for a sum that is not old, and else has one made. */
  private void renew() {
    synchronized (this) {
      if (System.nanoTime() - sumEndsNanos < 0) {
        return;
      }
      sumEndsNanos = System.nanoTime() + SUM_AGE.toNanos();
    }
    try {
      FileTime summed = Files.getLastModifiedTime(layout.usage());
      long age = System.currentTimeMillis() - summed.toMillis();
      if (age < SUM_AGE.toMillis()) {
        adopt(Long.parseLong(Files.readString(layout.usage()).strip()));
        return;
      }
    } catch (IOException | NumberFormatException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "no sum of the chunks at {0} yet", layout.root());
    }
    collecting(0);
  }

  private synchronized void adopt(long bytes) {
    summedBytes = bytes;
    ownBytes = 0;
  }

  /** The collection that is under way, or a new one. */
  private synchronized Collection collecting(long wantedBytes) {
    Collection current = collection;
    if (current != null && !current.end().isDone()) {
      return current;
    }
    Collection begun = new Collection(new CompletableFuture<>());
    collection = begun;
    Thread.ofPlatform()
        .daemon()
        .name("terrace-nfs-collect")
        .start(() -> run(wantedBytes, begun.end()));
    return begun;
  }

  private void run(long wantedBytes, CompletableFuture<Collected> end) {
    long ownBefore = ownBytes();
    long most = capacityBytes - wantedBytes;
    long target = Math.max(0, capacityBytes - capacityBytes / 10 - wantedBytes);
    try {
      Collector.Outcome outcome = collector.collect(most, target, Deadline.after(LONGEST));
      summed(outcome.leftBytes(), ownBefore);
      end.complete(outcome.removed());
    } catch (IOException | TierException | RuntimeException e) {
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
  }

  private static Collected await(Collection collection, Deadline deadline) throws IOException {
    try {
      return collection.end().get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw broken(e.getCause());
    } catch (TimeoutException e) {
      throw new InterruptedIOException("the deadline is over");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  /** With a message that names no file: its name is the key of a chunk. */
  private static IOException broken(@Nullable Throwable cause) {
    String text = cause instanceof IOException e ? IoFaults.text(e) : String.valueOf(cause);
    return new IOException("older chunks could not be removed: " + text);
  }
}
