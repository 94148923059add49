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
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Loads for a {@link Retrieval}: for each tier one worker asks it what it has, and again where
 * others leave the prompt; two load, one of them even before the answer; one more looks for the
 * unfinished chunk at the end. All stay until nobody cares any more. Workers are virtual threads:
 * they only wait for the calls that {@link TierCalls} makes.
 */
final class RetrievalWorkers {
  private static final Thread.Builder.OfVirtual THREADS =
      Thread.ofVirtual().name("terrace-load-", 0).inheritInheritableThreadLocals(false);

  private final Arrivals arrivals;
  private final Staging staging;
  private final MemoryChunks memory;
  private final PagePool pool;
  private final EngineEvents events;
  private final Prompt prompt;

  /** Asked together with what whole chunks there are; null where no tail is sought at the first. */
  private final @Nullable TailQuestions tailAtFirst;

  RetrievalWorkers(
      Arrivals arrivals, Staging staging, MemoryChunks memory, PagePool pool, EngineEvents events) {
    this.arrivals = arrivals;
    this.staging = staging;
    this.memory = memory;
    this.pool = pool;
    this.events = events;
    prompt = arrivals.prompt();
    int first = arrivals.first();
    boolean isAsked = first < arrivals.count() && prompt.mayHaveTail(first);
    tailAtFirst = isAsked ? tailQuestions(first) : null;
  }

  /** Begins to load; returns at once. */
  void start() {
    for (int i = arrivals.first(); i < arrivals.count(); i++) {
      StagedChunk ahead = ahead(prompt.key(i));
      if (ahead != null) {
        arrivals.isHere(i, ahead);
      }
    }
    for (TierFeed feed : arrivals.feeds()) {
      start(() -> feed(feed));
    }
    start(this::seekTail);
  }

  /** What waits ahead: a request takes it, who fetches ahead himself leaves it to one. */
  private @Nullable StagedChunk ahead(ChunkKey key) {
    return arrivals.isAhead() ? staging.look(key) : staging.ask(key);
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
    BitSet early = arrivals.beforeAnswer(feed);
    if (!early.isEmpty()) {
      start(
          () -> {
            load(feed, early);
            load(feed);
          });
    }
    int from = arrivals.awaitTurn(feed) ? arrivals.first() : arrivals.awaitQuestion(feed);
    if (from < 0) {
      return;
    }
    if (from == arrivals.first() && tailAtFirst != null) {
      tailAtFirst.ask(feed.tier());
    }
    ask(feed, from);
    for (int i = early.isEmpty() ? 0 : 1; i < TierFeed.CALLS; i++) {
      start(() -> load(feed));
    }
    askAgain(feed);
  }

  private void ask(TierFeed feed, int from) {
    BitSet here = null;
    try {
      here = new BitSet();
      if (arrivals.isAnyMissing()) {
        here = contains(feed.tier(), from);
        if (from == arrivals.first()) {
          feed.tier().speed().sought(here != null && here.get(0));
        }
      }
    } finally {
      arrivals.answered(feed, from, here); // whatever happened, nobody waits for it
    }
  }

  /**
   * Which chunks a tier has, counted from one on: where hardly a prompt is ever there, the first
   * question says most, and spares the tier the others. Whoever stores a whole chunk stores what
   * leads to it from its first tokens, too: where that is missing, so is the chunk.
   *
   * @return null if it did not say
   */
  private @Nullable BitSet contains(StoredTier tier, int from) {
    List<ChunkKey> keys = IntStream.range(from, arrivals.count()).mapToObj(prompt::key).toList();
    if (!tier.speed().rarelyHits()) {
      return tier.contains(keys);
    }
    if (from == arrivals.first() && tailAtFirst != null) {
      TailQuestions.Answer leads = tailAtFirst.await(tier);
      if (!leads.mayBeHere()) {
        return leads == TailQuestions.Answer.NOT_HERE ? new BitSet() : null;
      }
    }
    if (keys.size() > 1) {
      BitSet first = tier.contains(keys.subList(0, 1));
      if (first == null || first.isEmpty()) {
        return first;
      }
    }
    return tier.contains(keys);
  }

  private void askAgain(TierFeed feed) throws InterruptedException {
    for (int from = arrivals.awaitQuestion(feed); from >= 0; from = arrivals.awaitQuestion(feed)) {
      ask(feed, from);
    }
  }

  private void load(TierFeed feed) throws InterruptedException {
    for (BitSet next = arrivals.next(feed); !next.isEmpty(); next = arrivals.next(feed)) {
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
          arrivals.giveUp(feed);
        }
      }
    } finally {
      loads.forEach((chunk, load) -> over(feed, chunk, kept(feed.tier(), chunk, load)));
    }
  }

  /** Whether it is for this retrieval to load a chunk: not if another does, or just did. */
  private boolean begin(TierFeed feed, int chunk) {
    ChunkKey key = prompt.key(chunk);
    if (!staging.begin(key, found -> arrivals.over(feed, chunk, found))) {
      return false;
    }
    StagedChunk ahead = ahead(key); // since this began
    StagedChunk known = ahead != null ? ahead : inMemory(key);
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
    loaded(prompt.key(chunk), found);
    arrivals.over(feed, chunk, found);
  }

  /** Others who wait for it, or come before this retrieval ends, have it as well. */
  private void loaded(ChunkKey key, @Nullable StagedChunk found) {
    staging.loaded(key, found, found != null && arrivals.offers(key));
    if (arrivals.isClosed()) { // perhaps just before
      staging.forget(key);
    }
  }

  /** What came is kept in memory at once, if all that leads to it is there. */
  private @Nullable StagedChunk kept(StoredTier tier, int chunk, ChunkLoad load) {
    StagedChunk found = staged(tier, load);
    if (found != null && !arrivals.isAhead()) {
      memory.keep(prompt, chunk, found);
    }
    return found;
  }

  private static @Nullable StagedChunk staged(StoredTier tier, ChunkLoad load) {
    KvPage page = load.takePage();
    if (page == null) {
      return null;
    }
    page.seal();
    return new StagedChunk(page, load.tokens(), tier.counters());
  }

  /** The unfinished chunk that follows. */
  private void seekTail() throws InterruptedException {
    Tail tail = null;
    try {
      int chunk = arrivals.awaitFirstMissing();
      if (chunk >= 0 && prompt.mayHaveTail(chunk)) {
        StagedChunk ahead = ahead(prompt.tailKey(chunk));
        StagedChunk found = ahead != null ? ahead : tail(chunk);
        tail = found == null ? null : Tail.of(prompt, chunk, found);
      }
    } finally {
      arrivals.tailSought(tail);
    }
  }

  /** From the first tier that has one. */
  private @Nullable StagedChunk tail(int chunk) {
    List<TierFeed> feeds = arrivals.asked();
    TailQuestions questions = questions(chunk, feeds);
    for (TierFeed feed : feeds) {
      StoredTier tier = feed.tier();
      StagedChunk found = questions.await(tier).mayBeHere() ? tail(tier, chunk) : null;
      if (arrivals.count() == chunk && arrivals.first() == chunk) { // all there is to seek
        tier.speed().sought(found != null);
      }
      if (found != null || arrivals.isClosed()) {
        return found;
      }
    }
    return null;
  }

  /**
   * Where the first tier is read from, the others are asked meanwhile; not those that may well wait
   * for it, as it says at once what it has.
   */
  private TailQuestions questions(int chunk, List<TierFeed> feeds) {
    if (tailAtFirst != null && chunk == arrivals.first()) {
      return tailAtFirst;
    }
    TailQuestions questions = tailQuestions(chunk);
    for (TierFeed feed : feeds.subList(Math.min(1, feeds.size()), feeds.size())) {
      if (!FirstSay.saysAtOnce(feeds.getFirst(), feed)) {
        questions.ask(feed.tier());
      }
    }
    return questions;
  }

  private TailQuestions tailQuestions(int chunk) {
    return new TailQuestions(prompt.tailKey(chunk), task -> start(task::run));
  }

  /** Loaded here, or by another request that does so just now. */
  private @Nullable StagedChunk tail(StoredTier tier, int chunk) {
    ChunkKey key = prompt.tailKey(chunk);
    CompletableFuture<@Nullable StagedChunk> ofAnother = new CompletableFuture<>();
    if (!staging.begin(key, ofAnother::complete)) {
      return ofAnother.join();
    }
    StagedChunk found = null;
    try {
      ChunkLoad load = load(tier, key, chunk);
      ChunkKey full = load.referenced();
      found = staged(tier, full == null ? load : load(tier, full, chunk));
    } finally {
      loaded(key, found);
    }
    return found;
  }

  private ChunkLoad load(StoredTier tier, ChunkKey key, int chunk) {
    ChunkLoad load = tier.want(key, prompt.wanted(chunk, false), pool);
    tier.load(List.of(load), Deadline.after(tier.timeout()));
    return load;
  }
}
