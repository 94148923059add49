/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.device.KvPage;
import io.terrace.device.PagePool;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Loads for a {@link Retrieval}: for each tier one worker asks it what it has and then loads, and
 * another loads beside it; one more looks for the unfinished chunk at the end. Workers are virtual
 * threads: they only wait for the calls that {@link TierCalls} makes.
 */
final class RetrievalWorkers {
  private static final Thread.Builder.OfVirtual THREADS =
      Thread.ofVirtual().name("terrace-load-", 0).inheritInheritableThreadLocals(false);

  private final Retrieval retrieval;
  private final Staging staging;
  private final MemoryChunks memory;
  private final PagePool pool;
  private final EngineEvents events;
  private final Prompt prompt;

  RetrievalWorkers(
      Retrieval retrieval,
      Staging staging,
      MemoryChunks memory,
      PagePool pool,
      EngineEvents events) {
    this.retrieval = retrieval;
    this.staging = staging;
    this.memory = memory;
    this.pool = pool;
    this.events = events;
    prompt = retrieval.prompt();
  }

  /** Begins to load; returns at once. */
  void start() {
    for (int i = retrieval.first(); i < retrieval.count(); i++) {
      StagedChunk ahead = staging.ask(prompt.key(i));
      if (ahead != null) {
        retrieval.isHere(i, ahead);
      }
    }
    for (TierFeed feed : retrieval.feeds()) {
      start(() -> feed(feed));
    }
    start(this::seekTail);
  }

  private void start(Work work) {
    THREADS.start(
        () -> {
          try {
            work.run();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (RuntimeException | Error e) {
            events.failed(new IllegalStateException("loading chunks failed: " + e, e));
          }
        });
  }

  @FunctionalInterface
  private interface Work {
    void run() throws InterruptedException;
  }

  private void feed(TierFeed feed) throws InterruptedException {
    BitSet here = null;
    try {
      here = new BitSet();
      if (retrieval.isAnyMissing()) {
        List<ChunkKey> keys =
            IntStream.range(retrieval.first(), retrieval.count()).mapToObj(prompt::key).toList();
        here = feed.tier().contains(keys);
        feed.tier().speed().sought(here != null && here.get(0));
      }
    } finally {
      retrieval.answered(feed, here); // whatever happened, nobody waits for it
    }
    for (int i = 1; i < TierFeed.CALLS; i++) {
      start(() -> load(feed));
    }
    load(feed);
  }

  private void load(TierFeed feed) throws InterruptedException {
    for (BitSet next = retrieval.next(feed); !next.isEmpty(); next = retrieval.next(feed)) {
      load(feed, next);
    }
  }

  private void load(TierFeed feed, BitSet chunks) {
    Map<Integer, ChunkLoad> loads = new LinkedHashMap<>();
    chunks.stream()
        .filter(chunk -> begin(feed, chunk))
        .forEach(
            chunk -> {
              ChunkKey key = prompt.key(chunk);
              loads.put(chunk, feed.tier().want(key, prompt.wanted(chunk, true), pool));
            });
    try {
      if (!loads.isEmpty()) {
        Deadline deadline = Deadline.after(feed.tier().timeout());
        if (!feed.tier().load(new ArrayList<>(loads.values()), deadline)) {
          retrieval.giveUp(feed);
        }
      }
    } finally {
      loads.forEach((chunk, load) -> over(feed, chunk, kept(chunk, load)));
    }
  }

  /** Whether it is for this retrieval to load a chunk: not if another does, or just did. */
  private boolean begin(TierFeed feed, int chunk) {
    ChunkKey key = prompt.key(chunk);
    if (!staging.begin(key, found -> retrieval.over(feed, chunk, found))) {
      return false;
    }
    StagedChunk known = inMemory(key);
    if (known != null) {
      over(feed, chunk, known);
    }
    return known == null;
  }

  private @Nullable StagedChunk inMemory(ChunkKey key) {
    try {
      return memory.find(key);
    } catch (RuntimeException e) {
      events.failed(new IllegalStateException("memory does not say what it has: " + e, e));
      return null;
    }
  }

  private void over(TierFeed feed, int chunk, @Nullable StagedChunk found) {
    ChunkKey key = prompt.key(chunk);
    staging.loaded(key, found, found != null && retrieval.offers(chunk));
    if (retrieval.isClosed()) { // perhaps just before
      staging.forget(key);
    }
    retrieval.over(feed, chunk, found);
  }

  /** What came is kept in memory at once, if all that leads to it is there. */
  private @Nullable StagedChunk kept(int chunk, ChunkLoad load) {
    StagedChunk found = staged(load);
    if (found != null && !retrieval.isAhead()) {
      memory.keep(prompt, chunk, found);
    }
    return found;
  }

  private static @Nullable StagedChunk staged(ChunkLoad load) {
    KvPage page = load.takePage();
    if (page == null) {
      return null;
    }
    page.seal();
    return new StagedChunk(page, load.tokens());
  }

  /** The unfinished chunk that follows, from the first tier that has one. */
  private void seekTail() throws InterruptedException {
    Retrieval.Tail found = null;
    try {
      int chunk = retrieval.awaitFirstMissing();
      if (chunk >= 0 && prompt.mayHaveTail(chunk)) {
        found = seekTail(chunk);
      }
    } finally {
      retrieval.tailSought(found);
    }
  }

  private Retrieval.@Nullable Tail seekTail(int chunk) {
    for (TierFeed feed : retrieval.asked()) {
      StoredTier tier = feed.tier();
      ChunkLoad load = load(tier, prompt.tailKey(chunk), chunk);
      ChunkKey full = load.referenced();
      if (full != null) {
        load = load(tier, full, chunk);
      }
      StagedChunk found = staged(load);
      if (retrieval.count() == chunk && retrieval.first() == chunk) { // all there is to seek
        tier.speed().sought(found != null);
      }
      if (found != null) {
        int positions = Math.min(load.common(), prompt.limit() - prompt.start(chunk));
        return new Retrieval.Tail(chunk, found, positions);
      }
      if (retrieval.isClosed()) {
        return null;
      }
    }
    return null;
  }

  private ChunkLoad load(StoredTier tier, ChunkKey key, int chunk) {
    ChunkLoad load = tier.want(key, prompt.wanted(chunk, false), pool);
    tier.load(List.of(load), Deadline.after(tier.timeout()));
    return load;
  }
}
