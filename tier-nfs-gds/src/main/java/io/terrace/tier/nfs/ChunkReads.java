/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Deadline;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.ReadRequest;
import io.terrace.spi.TierException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Reads chunks: threads of the tier open files, read headers and fill memory, and the caller's
 * thread asks the sinks in between, so that a sink that takes its time holds nobody up. Memory goes
 * back to its caller when the read into it has ended, however late that is.
 */
final class ChunkReads {
  private static final Thread ANOTHER = Thread.ofPlatform().unstarted(() -> {});

  private final ChunkFiles files;
  private final IoThreads threads;
  private final int window;
  private final Volume volume;
  private final Uses uses;

  /**
   * @param window how many chunks of a batch are opened before the first one's sink is asked
   */
  ChunkReads(ChunkFiles files, IoThreads threads, int window, Volume volume, Uses uses) {
    this.files = files;
    this.threads = threads;
    this.window = window;
    this.volume = volume;
    this.uses = uses;
  }

  /** Whether threads of the tier may touch memory of a caller. */
  static boolean isForAllThreads(MemorySegment memory) {
    return memory.isAccessibleBy(ANOTHER);
  }

  /** As {@link io.terrace.spi.KvTier#read}. */
  ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException {
    Optional<OpenChunk> found = opening(key).await(deadline);
    if (found.isEmpty()) {
      return ReadOutcome.MISSING;
    }
    OpenChunk chunk = found.get();
    MemorySegment target = ask(chunk, sink);
    if (target == null) {
      return ReadOutcome.REFUSED;
    }
    Stop stop = new Stop();
    Callable<Boolean> fill = fill(chunk, target, stop.deadline(deadline));
    threads.submit(new Pending<>("read " + key, fill, late -> {}, chunk::close)).finish(stop);
    return ReadOutcome.FOUND;
  }

  /**
   * As {@link io.terrace.spi.KvTier#readAll}; what follows a chunk that did not come is missing.
   */
  void readAll(List<? extends ReadRequest> requests, Deadline deadline) {
    Stop stop = new Stop();
    Deadline stoppable = stop.deadline(deadline);
    Deque<Pending<Optional<OpenChunk>>> ahead = new ArrayDeque<>();
    List<Filling> fillings = new ArrayList<>();
    int begun = 0;
    boolean useful = true;
    for (int i = 0; i < requests.size(); i++) {
      while (useful && begun < Math.min(requests.size(), i + window)) {
        ahead.add(opening(requests.get(begun++).key()));
      }
      if (useful) {
        Filling filling = start(requests.get(i), ahead.removeFirst(), stoppable);
        useful = filling != null && fillings.add(filling);
      } else {
        requests.get(i).done(ReadOutcome.MISSING);
      }
    }
    ahead.forEach(Pending::abandon);
    fillings.forEach(filling -> filling.end(stop));
  }

  /** Begins to fill a request's memory; null if the request was told its end instead. */
  private @Nullable Filling start(
      ReadRequest request, Pending<Optional<OpenChunk>> opening, Deadline deadline) {
    try {
      OpenChunk chunk = opening.await(deadline).orElse(null);
      MemorySegment target = chunk == null ? null : ask(chunk, request.sink());
      if (chunk != null && target != null) {
        return new Filling(request, fill(chunk, target, deadline), chunk, threads);
      }
      request.done(chunk == null ? ReadOutcome.MISSING : ReadOutcome.REFUSED);
    } catch (TierException e) {
      request.failed(e);
    } catch (RuntimeException e) {
      request.failed(new TierException("reading " + request.key() + " was broken off", e));
    }
    return null;
  }

  private Pending<Optional<OpenChunk>> opening(ChunkKey key) {
    String what = "read " + key;
    return threads.open(
        new Pending<>(
            what,
            volume.guard(what, () -> files.open(key)),
            late -> late.ifPresent(OpenChunk::close)));
  }

  /** The memory for a chunk's payload; if there is none, the chunk is closed. */
  private @Nullable MemorySegment ask(OpenChunk chunk, ChunkSink sink) throws TierException {
    MemorySegment target = null;
    try {
      target = sink.ask(chunk.header().asReadOnly(), chunk.payloadBytes());
      if (target != null && !isForAllThreads(target)) {
        target = null;
        throw new TierException(
            "cannot read " + chunk.key() + " into memory that is confined to a thread");
      }
      return target;
    } finally {
      if (target == null) {
        threads.begin(chunk::close);
      }
    }
  }

  private Callable<Boolean> fill(OpenChunk chunk, MemorySegment target, Deadline deadline) {
    return volume.guard(
        "read " + chunk.key(),
        () -> {
          files.fill(chunk, target, deadline);
          uses.used(chunk.key());
          return true;
        });
  }

  /** A request of a batch whose memory is being filled. */
  private static final class Filling {
    private final ReadRequest request;
    private final Callable<Boolean> fill;
    private final Pending<Boolean> pending;
    private volatile boolean told;

    Filling(ReadRequest request, Callable<Boolean> fill, OpenChunk chunk, IoThreads threads) {
      this.request = request;
      this.fill = fill;
      pending =
          threads.submit(
              new Pending<>("read " + request.key(), this::run, late -> {}, chunk::close));
    }

    /** Tells success at once, where it is known: the receiver may have work to do. */
    private boolean run() throws Exception {
      fill.call();
      told = true;
      request.done(ReadOutcome.FOUND);
      return true;
    }

    void end(Stop stop) {
      try {
        pending.finish(stop);
      } catch (TierException e) {
        fail(e);
      } catch (RuntimeException e) {
        fail(new TierException("cannot read " + request.key() + ": " + e, e));
      }
    }

    private void fail(TierException failure) {
      if (!told) {
        request.failed(failure);
      }
    }
  }
}
