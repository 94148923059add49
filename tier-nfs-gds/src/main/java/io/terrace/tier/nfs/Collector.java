/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.Collected;
import io.terrace.spi.Deadline;
import io.terrace.spi.TierException;
import io.terrace.tier.nfs.io.IoFaults;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
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

/**
 * Keeps the chunks of a volume within a number of bytes, whichever instance runs it: sums up the
 * folders, and removes what was used longest ago. A chunk that was used since it was seen stays.
 * Two that collect at once see the same ages, so they remove the same chunks, each of which only
 * one of them counts.
 */
final class Collector {
  private static final System.Logger LOGGER = System.getLogger(Collector.class.getName());

  /** A write takes minutes at most; what is older was left by a process that ended. */
  private static final Duration PART_AGE = Duration.ofHours(1);

  /** How many candidates are kept at once; if they do not suffice, there is another round. */
  private static final int CANDIDATES = 1 << 16;

  private static final long LOCK_POLL_MILLIS = 20;

  /** How long another collector is waited for: it may do the work for both. */
  private static final Duration LOCK_PATIENCE = Duration.ofSeconds(10);

  private final Layout layout;
  private final Volume volume;
  private final Counters counters;
  private final Aside aside;
  private final BooleanSupplier closed;
  private final Consumer<ChunkKey> evicted;
  private final Duration patience;

  /**
   * @param closed whether to stop early
   * @param evicted is told each chunk that was removed
   */
  Collector(
      Layout layout,
      Volume volume,
      Counters counters,
      Aside aside,
      BooleanSupplier closed,
      Consumer<ChunkKey> evicted) {
    this(layout, volume, counters, aside, closed, evicted, LOCK_PATIENCE);
  }

  /**
   * As above.
   *
   * @param patience how long another collector is waited for
   */
  Collector(
      Layout layout,
      Volume volume,
      Counters counters,
      Aside aside,
      BooleanSupplier closed,
      Consumer<ChunkKey> evicted,
      Duration patience) {
    this.layout = layout;
    this.volume = volume;
    this.counters = counters;
    this.aside = aside;
    this.closed = closed;
    this.evicted = evicted;
    this.patience = patience;
  }

  /**
   * What a collection did.
   *
   * @param removed what it removed
   * @param leftBytes what chunks take now
   */
  record Outcome(Collected removed, long leftBytes) {}

  private record Candidate(ChunkKey key, long bytes, FileTime use) {}

  /** One look at all folders: what is there, and the chunks that were used longest ago. */
  private static final class Sum {
    private long bytes;
    private long partBytes;
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
   * @throws InterruptedIOException when the deadline is over
   * @throws IOException if the volume cannot be looked at
   * @throws TierException if it is gone
   */
  Outcome collect(long mostBytes, long targetBytes, Deadline deadline)
      throws IOException, TierException {
    volume.check();
    try (CollectLock lock = lock(deadline)) {
      Instant now = lock != null ? lock.taken() : Instant.now();
      Sum sum = sum(lock, now, deadline);
      long bytes = sum.partBytes + trials(now) + aside.trim(now);
      long chunks = 0;
      boolean over = sum.bytes > mostBytes;
      while (over && sum.bytes > targetBytes) {
        Collected round = removeOldest(sum, targetBytes, deadline);
        chunks += round.chunks();
        bytes += round.bytes();
        if (round.chunks() == 0 || sum.isWhole) {
          break; // what is left is in use, or was seen
        }
        sum = sum(lock, now, deadline);
      }
      counters.add(Count.COLLECT_RUNS);
      volume.check();
      publish(sum.bytes);
      return new Outcome(new Collected(chunks, bytes), sum.bytes);
    }
  }

  private @Nullable CollectLock lock(Deadline deadline) throws IOException {
    Deadline waiting = Deadline.after(patience);
    while (true) {
      CollectLock lock = tryLock();
      if (lock != null || waiting.isOver() || closed.getAsBoolean()) {
        return lock;
      }
      counters.add(Count.COLLECT_BUSY);
      goOn(deadline);
      try {
        Thread.sleep(LOCK_POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
    }
  }

  /** On a full disk there may be no lock: there most of all something must be removed. */
  private @Nullable CollectLock tryLock() throws IOException {
    try {
      return CollectLock.tryTake(layout.lock());
    } catch (IOException e) {
      if (IoFaults.of(e) == IoFaults.FULL) {
        return null;
      }
      throw e;
    }
  }

  private void goOn(Deadline deadline) throws InterruptedIOException {
    if (deadline.isOver() || closed.getAsBoolean()) {
      throw new InterruptedIOException("the deadline is over");
    }
  }

  private Sum sum(@Nullable CollectLock lock, Instant now, Deadline deadline) throws IOException {
    Sum sum = new Sum();
    for (Path folder : layout.folders()) {
      goOn(deadline);
      add(folder, now, sum, lock, deadline);
    }
    return sum;
  }

  private void add(Path folder, Instant now, Sum sum, @Nullable CollectLock lock, Deadline deadline)
      throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        goOn(deadline);
        add(file, now, sum);
        if (lock != null) {
          lock.refresh();
        }
      }
    } catch (NoSuchFileException e) {
      return; // nothing was stored there yet
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private void add(Path file, Instant now, Sum sum) throws IOException {
    ChunkKey key = Layout.key(file);
    if (key == null && !Layout.isPart(file)) {
      return; // not ours
    }
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (key != null) {
        sum.add(new Candidate(key, attributes.size(), attributes.lastModifiedTime()));
      } else {
        sum.partBytes += removeLeft(file, attributes, now);
      }
    } catch (NoSuchFileException e) {
      return; // it went a moment ago
    }
  }

  /** Removes what a process left that ended in the middle of something else than a write. */
  private long trials(Instant now) throws IOException {
    long bytes = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(layout.root(), Layout::isTrial)) {
      for (Path file : files) {
        bytes += removeLeft(file, now);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return bytes;
  }

  private long removeLeft(Path file, Instant now) throws IOException {
    try {
      return removeLeft(file, Files.readAttributes(file, BasicFileAttributes.class), now);
    } catch (NoSuchFileException e) {
      return 0; // it went a moment ago
    }
  }

  /** Removes a file that is old; returns the bytes that came free. */
  private long removeLeft(Path file, BasicFileAttributes attributes, Instant now)
      throws IOException {
    boolean old = attributes.lastModifiedTime().toInstant().isBefore(now.minus(PART_AGE));
    if (!old || !Files.deleteIfExists(file)) {
      return 0;
    }
    counters.add(Count.COLLECT_PARTS);
    return attributes.size();
  }

  /** Removes chunks until no more bytes are left than wanted, as far as the sum knows chunks. */
  private Collected removeOldest(Sum sum, long targetBytes, Deadline deadline) throws IOException {
    long chunks = 0;
    long bytes = 0;
    for (Candidate candidate : sum.oldestFirst()) {
      if (sum.bytes <= targetBytes) {
        break;
      }
      goOn(deadline);
      if (isUsedSince(candidate)) {
        continue;
      }
      sum.bytes -= candidate.bytes();
      if (Files.deleteIfExists(layout.file(candidate.key()))) { // or another collector was faster
        chunks++;
        bytes += candidate.bytes();
        counters.add(Count.COLLECT_CHUNKS);
        counters.add(Count.COLLECT_BYTES, candidate.bytes());
        evicted.accept(candidate.key());
      }
    }
    return new Collected(chunks, bytes);
  }

  private boolean isUsedSince(Candidate candidate) throws IOException {
    try {
      FileTime use = Files.getLastModifiedTime(layout.file(candidate.key()));
      return !use.equals(candidate.use());
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Tells the other instances what is left, so that not everyone has to sum it up. */
  private void publish(long bytes) {
    Set<StandardOpenOption> how =
        Set.of(
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING);
    try (var out = Files.newByteChannel(layout.usage(), how, Rights.FILE)) {
      out.write(StandardCharsets.UTF_8.encode(Long.toString(bytes)));
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "no sum is kept: {0}", IoFaults.text(e));
    }
  }
}
