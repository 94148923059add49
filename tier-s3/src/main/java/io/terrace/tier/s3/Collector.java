/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.Collected;
import io.terrace.spi.Deadline;
import io.terrace.spi.TierException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Keeps the chunks of a bucket within a number of bytes and an age, whichever instance runs it:
 * lists them, reads the logs of uses, and removes what was used longest ago. Two that collect at
 * once see the same ages, so they remove the same chunks.
 */
final class Collector {
  private static final System.Logger LOGGER = System.getLogger(Collector.class.getName());

  /** A write takes minutes at most; what is older was left by a process that ended. */
  private static final Duration UPLOAD_AGE = Duration.ofDays(1);

  /** How many candidates are kept at once; if they do not suffice, there is another round. */
  private static final int CANDIDATES = 1 << 16;

  private static final Duration LOCK_POLL = Duration.ofMillis(250);

  /** How long another collector is waited for: it may do the work for both. */
  private static final Duration LOCK_PATIENCE = Duration.ofSeconds(10);

  private final ObjectNames names;
  private final SmallObjects objects;
  private final UseLogs logs;
  private final Uses uses;
  private final Counters counters;
  private final @Nullable Duration maxAge;
  private final BooleanSupplier closed;
  private final Consumer<ChunkKey> evicted;

  /**
   * @param uses of this instance
   * @param closed whether to stop early
   * @param evicted is told each chunk that was removed
   */
  Collector(
      S3Settings settings,
      SmallObjects objects,
      Uses uses,
      Counters counters,
      BooleanSupplier closed,
      Consumer<ChunkKey> evicted) {
    this.names = settings.names();
    this.maxAge = settings.limits().maxAge();
    this.objects = objects;
    this.uses = uses;
    this.counters = counters;
    this.closed = closed;
    this.evicted = evicted;
    logs = new UseLogs(objects, names, uses, counters);
  }

  /**
   * What a collection did.
   *
   * @param removed what it removed
   * @param leftBytes what chunks take now
   */
  record Outcome(Collected removed, long leftBytes) {}

  private record Candidate(ChunkKey key, long bytes, Instant use) {}

  /** One look at all chunks: what is there, and those that were used longest ago. */
  private static final class Sum {
    private final long beganNanos = System.nanoTime();
    private long bytes;
    private boolean isWhole = true;
    private final PriorityQueue<Candidate> oldest =
        new PriorityQueue<>(Comparator.comparing(Candidate::use).reversed());

    void add(Candidate candidate) {
      bytes += candidate.bytes();
      oldest.add(candidate);
      if (oldest.size() > CANDIDATES) {
        oldest.remove();
        isWhole = false;
      }
    }

    List<Candidate> oldestFirst() {
      List<Candidate> sorted = new ArrayList<>(oldest);
      sorted.sort(Comparator.comparing(Candidate::use));
      return sorted;
    }
  }

  /**
   * Collects. Blocks.
   *
   * @param mostBytes above this chunks are removed
   * @param targetBytes until no more than this is left
   * @throws TierException if the bucket cannot be looked at, or changed, or the deadline is over
   */
  Outcome collect(long mostBytes, long targetBytes, Deadline deadline) throws TierException {
    CollectLock lock = lock(deadline);
    try {
      UseLogs.Read read = logs.read(deadline);
      Instant oldest = maxAge == null ? Instant.MIN : read.now().minus(maxAge);
      long bytes = clearAway(read.now(), deadline);
      long chunks = 0;
      Sum sum = sum(read.times(), lock, deadline);
      long target = sum.bytes > mostBytes ? targetBytes : Long.MAX_VALUE;
      Collected round = removeOldest(sum, target, oldest, lock, deadline);
      while (!sum.isWhole && sum.oldest.size() == round.chunks()) {
        chunks += round.chunks();
        bytes += round.bytes();
        sum = sum(read.times(), lock, deadline);
        round = removeOldest(sum, target, oldest, lock, deadline);
      }
      counters.add(Count.COLLECT_RUNS);
      Collected all = new Collected(chunks + round.chunks(), bytes + round.bytes());
      return new Outcome(all, sum.bytes);
    } finally {
      if (lock != null) {
        lock.release();
      }
    }
  }

  private @Nullable CollectLock lock(Deadline deadline) throws TierException {
    Deadline patience = Deadline.after(LOCK_PATIENCE);
    while (true) {
      CollectLock lock = CollectLock.tryTake(objects, names.lock(), deadline);
      if (lock != null || patience.isOver()) {
        return lock;
      }
      counters.add(Count.COLLECT_BUSY);
      goOn(deadline);
      try {
        Thread.sleep(LOCK_POLL);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TierException("interrupted while another collector was at work", e);
      }
    }
  }

  private void goOn(Deadline deadline) throws TierException {
    if (closed.getAsBoolean()) {
      throw new TierException("the tier is closed");
    }
    if (deadline.isOver()) {
      throw new TierException("the deadline is over");
    }
  }

  /** Removes what broken uploads left, and what was set aside long ago; not to be relied on. */
  private long clearAway(Instant now, Deadline deadline) throws TierException {
    goOn(deadline);
    try {
      int uploads = objects.abortUploads(names.chunks(), now.minus(UPLOAD_AGE), deadline);
      counters.add(Count.COLLECT_PARTS, uploads);
    } catch (TierException e) { // some servers list none, some keys may not
      LOGGER.log(System.Logger.Level.DEBUG, "broken uploads stay: {0}", e.getMessage());
    }
    return Aside.trim(objects, names.aside(), now, deadline);
  }

  private Sum sum(UseTimes times, @Nullable CollectLock lock, Deadline deadline)
      throws TierException {
    Sum sum = new Sum();
    String next = null;
    do {
      goOn(deadline);
      SmallObjects.Part part = objects.list(names.chunks(), next, deadline);
      for (S3Object object : part.objects()) {
        ChunkKey key = names.key(object.key());
        if (key != null) {
          Instant use = times.of(key, object.lastModified());
          sum.add(new Candidate(key, object.size(), use));
        }
      }
      refresh(lock, deadline);
      next = part.next();
    } while (next != null);
    return sum;
  }

  private static void refresh(@Nullable CollectLock lock, Deadline deadline) throws TierException {
    if (lock != null) {
      lock.refresh(deadline);
    }
  }

  /** Removes chunks until no more bytes are left than wanted, and none that is too old. */
  private Collected removeOldest(
      Sum sum, long targetBytes, Instant oldest, @Nullable CollectLock lock, Deadline deadline)
      throws TierException {
    long chunks = 0;
    long bytes = 0;
    List<Candidate> some = new ArrayList<>();
    for (Candidate candidate : sum.oldestFirst()) {
      if (sum.bytes <= targetBytes && !candidate.use().isBefore(oldest)) {
        break;
      }
      if (!uses.usedSince(candidate.key(), sum.beganNanos)) {
        sum.bytes -= candidate.bytes();
        some.add(candidate);
      }
      if (some.size() == Removals.MOST_KEYS) {
        Collected removed = remove(some, sum, deadline);
        chunks += removed.chunks();
        bytes += removed.bytes();
        some.clear();
        refresh(lock, deadline);
      }
    }
    Collected last = some.isEmpty() ? Collected.NOTHING : remove(some, sum, deadline);
    return new Collected(chunks + last.chunks(), bytes + last.bytes());
  }

  private Collected remove(List<Candidate> some, Sum sum, Deadline deadline) throws TierException {
    goOn(deadline);
    List<String> objectNames = some.stream().map(each -> names.chunk(each.key())).toList();
    Set<String> left = objects.removeAll(objectNames, deadline);
    long bytes = 0;
    for (Candidate each : some) {
      if (left.contains(names.chunk(each.key()))) {
        sum.bytes += each.bytes();
        continue;
      }
      bytes += each.bytes();
      uses.forget(each.key());
      evicted.accept(each.key());
    }
    long chunks = (long) some.size() - left.size();
    counters.add(Count.COLLECT_CHUNKS, chunks);
    counters.add(Count.COLLECT_BYTES, bytes);
    return new Collected(chunks, bytes);
  }
}
