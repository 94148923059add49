/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.spi.Capabilities;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Collected;
import io.terrace.spi.Deadline;
import io.terrace.spi.Finding;
import io.terrace.spi.KvTier;
import io.terrace.spi.Listing;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.ReadRequest;
import io.terrace.spi.TierContext;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Chunks in objects of a bucket that several instances share. What talks to the server happens on
 * threads of the tier.
 */
final class S3Tier implements KvTier {
  private static final System.Logger LOGGER = System.getLogger(S3Tier.class.getName());
  private static final int MOST_CONCURRENCY = 1024;

  /** To send so much takes about as long as to ask whether it is there. */
  private static final long LITTLE_BYTES = 8L << 20;

  private static final int WRITERS = 1 << 16;
  private static final Duration LAST_WRITES = Duration.ofSeconds(30);

  /** How long the end of the tier waits for what nobody else waits for. */
  private static final Duration LAST_NOTES = Duration.ofSeconds(2);

  /** From a use to the log that tells it to other instances. */
  private static final Duration NOTES = Duration.ofMinutes(1);

  /** After that the server is asked again. */
  static final Duration REST = Duration.ofSeconds(5);

  private final S3Settings settings;
  private final S3Clients clients;
  private final Bucket bucket;
  private final Counters counters;
  private final Calls calls;
  private final Buffers buffers;
  private final Batches batches;
  private final Uses uses;
  private final Room room;
  private final Semaphore writers = new Semaphore(WRITERS, true);
  private volatile boolean closed;

  /**
   * @param clients closed with the tier
   * @param counters those of the clients
   * @param rest how long a server is left alone that cannot be reached
   */
  S3Tier(
      S3Settings settings,
      S3Clients clients,
      Counters counters,
      Duration rest,
      TierContext context) {
    this.counters = counters;
    this.settings = settings;
    this.clients = clients;
    Puts puts = new Puts(settings, clients);
    Removals removals = new Removals(settings, clients.calls());
    bucket = new Bucket(settings, clients, puts, removals);
    calls = new Calls(settings.place(), counters, clients.answers(), rest);
    buffers = new Buffers(settings.connections());
    batches = new Batches(settings.connections());
    SmallObjects objects = new SmallObjects(settings, clients, puts, removals, calls);
    uses = new Uses(settings.names(), objects, counters, NOTES);
    Collector collector =
        new Collector(settings, objects, uses, counters, () -> closed, context::evicted);
    room = new Room(settings.limits(), collector, counters);
  }

  @Override
  public Capabilities capabilities() {
    return Capabilities.sharedStore()
        .withConcurrency(Math.min(MOST_CONCURRENCY, settings.connections()));
  }

  @Override
  public boolean contains(ChunkKey key, Deadline deadline) throws TierException {
    return !closed && call("look for " + key, deadline, () -> bucket.contains(key, deadline));
  }

  @Override
  public BitSet containsAll(List<ChunkKey> keys, Deadline deadline) throws TierException {
    return closed
        ? new BitSet()
        : batches.containsAll(keys, deadline, key -> contains(key, deadline));
  }

  @Override
  public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException {
    if (closed) {
      return ReadOutcome.MISSING;
    }
    Download download = new Download(sink, buffers);
    ReadOutcome outcome;
    try {
      outcome =
          calls.call(
              "read " + key,
              deadline,
              () -> bucket.read(key, download, deadline),
              download::takeBack);
    } catch (TierException e) {
      download.rethrow();
      throw e;
    }
    count(outcome, download.payloadBytes());
    ChunkKey parent = download.parent();
    if (outcome == ReadOutcome.FOUND && parent != null) {
      uses.used(key, parent);
    }
    return outcome;
  }

  private void count(ReadOutcome outcome, long payloadBytes) {
    switch (outcome) {
      case FOUND -> {
        counters.add(Count.READ_CHUNKS);
        counters.add(Count.READ_BYTES, Chunk.HEADER_BYTES + payloadBytes);
      }
      case MISSING -> counters.add(Count.MISS_ABSENT);
      case REFUSED -> counters.add(Count.READ_REFUSED);
    }
  }

  @Override
  public void readAll(List<? extends ReadRequest> requests, Deadline deadline) {
    batches.readAll(requests, deadline, request -> read(request.key(), request.sink(), deadline));
  }

  @Override
  public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
    writers.acquireUninterruptibly();
    try {
      return closed ? WriteResult.NO_ROOM : store(chunk, deadline);
    } finally {
      writers.release();
    }
  }

  private WriteResult store(Chunk chunk, Deadline deadline) throws TierException {
    ChunkDescriptor descriptor = chunk.descriptor();
    long bytes = chunk.storedBytes();
    if (looksFirst(descriptor, bytes) && contains(chunk.key(), deadline)) {
      counters.add(Count.WRITE_PRESENT);
      return WriteResult.PRESENT;
    }
    if (!room.reserve(bytes, deadline)) {
      counters.add(Count.WRITE_NO_ROOM);
      return WriteResult.NO_ROOM;
    }
    WriteResult result = null;
    try {
      result = send(chunk, deadline);
    } finally {
      room.written(bytes, result == WriteResult.STORED);
    }
    if (result == WriteResult.STORED) {
      counters.add(Count.WRITE_CHUNKS);
      counters.add(Count.WRITE_BYTES, bytes);
      uses.used(chunk.key(), descriptor.parent());
    } else {
      counters.add(Count.WRITE_PRESENT);
    }
    return result;
  }

  /** A server that knows conditions refuses what it has: little is sent in vain then. */
  private boolean looksFirst(ChunkDescriptor descriptor, long bytes) {
    return !descriptor.replaces() && (bytes > LITTLE_BYTES || !bucket.knowsConditions());
  }

  private WriteResult send(Chunk chunk, Deadline deadline) throws TierException {
    Upload upload = new Upload(chunk);
    return calls.call(
        "write " + chunk.key(),
        deadline,
        () -> bucket.write(chunk.descriptor(), upload, deadline),
        upload::takeBack);
  }

  @Override
  public void remove(ChunkKey key, Deadline deadline) throws TierException {
    if (!closed) {
      act("remove " + key, deadline, () -> bucket.remove(key, deadline));
      counters.add(Count.REMOVED_CHUNKS);
    }
  }

  @Override
  public void removeAll(Collection<ChunkKey> keys, Deadline deadline) throws TierException {
    List<ChunkKey> all = new ArrayList<>(keys);
    for (int i = 0; i < all.size() && !closed; i += Removals.MOST_KEYS) {
      List<ChunkKey> some = all.subList(i, Math.min(all.size(), i + Removals.MOST_KEYS));
      act("remove " + some.size() + " chunks", deadline, () -> bucket.removeAll(some, deadline));
      counters.add(Count.REMOVED_CHUNKS, some.size());
    }
  }

  @Override
  public void setAside(ChunkKey key, String reason, Deadline deadline) throws TierException {
    if (!closed) {
      act("set aside " + key, deadline, () -> bucket.setAside(key, deadline));
      counters.add(Count.ASIDE_CHUNKS);
    }
  }

  @Override
  public Listing list(@Nullable String after, int limit, Deadline deadline) throws TierException {
    return closed
        ? new Listing(List.of(), null)
        : call("list chunks", deadline, () -> bucket.list(after, limit, deadline));
  }

  @Override
  public Collected collect(Deadline deadline) throws TierException {
    return closed ? Collected.NOTHING : room.collect(deadline);
  }

  @Override
  public List<Finding> examine(Deadline deadline) throws TierException {
    if (closed) {
      return List.of();
    }
    try {
      return Calls.await(
          deadline, () -> new Examination(settings, clients, deadline).run(), () -> {});
    } catch (FailedCall e) {
      throw new TierException("did not examine " + settings.place() + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TierException("interrupted, did not examine " + settings.place(), e);
    }
  }

  @Override
  public SortedMap<String, Long> counters() {
    return counters.all();
  }

  @Override
  public void close() {
    boolean first = !closed;
    closed = true;
    boolean ended = false;
    boolean interrupted = Thread.interrupted();
    try {
      ended = writers.tryAcquire(WRITERS, LAST_WRITES.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (ended) {
      writers.release(WRITERS);
    } else {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "a write to the bucket {0} has not ended; it is left to itself",
          settings.bucket());
    }
    if (first) {
      room.close(Deadline.after(LAST_NOTES));
      uses.close(Deadline.after(LAST_NOTES));
      clients.close();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private <T> T call(String what, Deadline deadline, Callable<T> work) throws TierException {
    return calls.call(what, deadline, work, () -> {});
  }

  /** Work without a result. */
  @FunctionalInterface
  private interface Action {
    void run() throws Exception;
  }

  private void act(String what, Deadline deadline, Action action) throws TierException {
    call(
        what,
        deadline,
        () -> {
          action.run();
          return true;
        });
  }
}
