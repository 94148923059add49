/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import static io.terrace.spi.kit.BrokenTier.bytes;
import static io.terrace.spi.kit.BrokenTier.opened;

import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Collected;
import io.terrace.spi.Deadline;
import io.terrace.spi.EvictionPolicy;
import io.terrace.spi.Finding;
import io.terrace.spi.KvTier;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.StoredChunk;
import io.terrace.spi.TierContext;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/** Tiers that examine themselves, collect or count wrong. */
final class BrokenSelf {
  private BrokenSelf() {}

  static List<BrokenTier> all() {
    return List.of(
        bytes("removes what it examines", RemovesExamined::new, 901),
        bytes("finds fault without advice", FindsFault::new, 902),
        bytes("finds everything good", FindsGood::new, 903),
        bytes("cannot be examined once it is closed", NeedsStore::new, 904),
        opened("collects what has room", CollectsAll::new, 921, 924),
        bytes("counts collected chunks that never were", CountsMore::new, 904, 922, 923),
        opened("collects and does not tell", CollectsSilently::new, 923),
        bytes("collects what is being written", CollectsUnfinished::new, 924),
        bytes("counts chunk by chunk", NewNames::new, 941),
        bytes("counts what is here", CountsDown::new, 942),
        bytes("counts with its store", AsksStore::new, 943),
        bytes("waits for readers to count", WaitsToCount::new, 943),
        bytes("gives out what it counts in", LiveCounters::new, 944));
  }

  private static List<StoredChunk> everything(KvTier tier) throws TierException {
    return tier.list(null, 1000, Deadline.NEVER).chunks();
  }

  private static final class RemovesExamined extends ForwardingTier {
    RemovesExamined(KvTier right) {
      super(right);
    }

    @Override
    public List<Finding> examine(Deadline deadline) throws TierException {
      List<StoredChunk> stored = everything(right);
      if (stored.size() > 2) { // beyond what the rules about time store
        right.remove(stored.getFirst().key(), deadline);
      }
      return right.examine(deadline);
    }
  }

  private static final class FindsFault extends ForwardingTier {
    FindsFault(KvTier right) {
      super(right);
    }

    @Override
    public List<Finding> examine(Deadline deadline) {
      return List.of(Finding.bad("store", "it could be faster", ""));
    }
  }

  private static final class FindsGood extends ForwardingTier {
    FindsGood(KvTier right) {
      super(right);
    }

    @Override
    public List<Finding> examine(Deadline deadline) {
      return List.of(Finding.good("store", "a fine place"));
    }
  }

  private static final class NeedsStore extends ForwardingTier {
    private volatile boolean closed;

    NeedsStore(KvTier right) {
      super(right);
    }

    @Override
    public List<Finding> examine(Deadline deadline) throws TierException {
      if (closed) {
        throw new TierException("closed");
      }
      return right.examine(deadline);
    }

    @Override
    public void close() {
      closed = true;
      super.close();
    }
  }

  private static final class CollectsAll extends ForwardingTier {
    private final TierContext context;

    CollectsAll(Function<TierContext, KvTier> right, TierContext context) {
      super(right.apply(context));
      this.context = context;
    }

    @Override
    public Collected collect(Deadline deadline) throws TierException {
      List<StoredChunk> stored = everything(right);
      if (stored.size() <= 3) { // beyond what the rules about time store
        return Collected.NOTHING;
      }
      StoredChunk first = stored.getFirst();
      right.remove(first.key(), deadline);
      context.evicted(first.key());
      return new Collected(1, first.bytes());
    }
  }

  private static final class CountsMore extends ForwardingTier {
    CountsMore(KvTier right) {
      super(right);
    }

    @Override
    public Collected collect(Deadline deadline) throws TierException {
      Collected collected = right.collect(deadline);
      return new Collected(collected.chunks() + 1, collected.bytes());
    }
  }

  /** Makes a little room before it is needed, as collectors do, once its store was full. */
  private static final class CollectsSilently extends ForwardingTier {
    private final Noting noting;

    CollectsSilently(Function<TierContext, KvTier> right, TierContext context) {
      this(right, new Noting(context));
    }

    private CollectsSilently(Function<TierContext, KvTier> right, Noting noting) {
      super(right.apply(noting));
      this.noting = noting;
    }

    @Override
    public Collected collect(Deadline deadline) throws TierException {
      if (!noting.wasFull) {
        return Collected.NOTHING;
      }
      StoredChunk first = everything(right).getFirst();
      right.remove(first.key(), deadline);
      return new Collected(1, first.bytes());
    }

    private static final class Noting implements TierContext {
      private final TierContext context;
      private volatile boolean wasFull;

      Noting(TierContext context) {
        this.context = context;
      }

      @Override
      public long pageBudgetBytes() {
        return context.pageBudgetBytes();
      }

      @Override
      public EvictionPolicy evictionPolicy(String name, long capacityBytes) {
        return context.evictionPolicy(name, capacityBytes);
      }

      @Override
      public void evicted(ChunkKey key) {
        wasFull = true;
        context.evicted(key);
      }
    }
  }

  /** Takes what is being written for the remains of a broken write. */
  private static final class CollectsUnfinished extends ForwardingTier {
    private static final int SLOWLY = 100; // milliseconds that a write takes, for others to meet it

    private final AtomicInteger collections = new AtomicInteger();

    CollectsUnfinished(KvTier right) {
      super(right);
    }

    @Override
    public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      int before = collections.get();
      WriteResult result = right.write(chunk, deadline);
      for (int i = 0; before > 0 && i < SLOWLY && collections.get() == before; i++) {
        LockSupport.parkNanos(1_000_000);
      }
      if (collections.get() != before) {
        right.remove(chunk.key(), deadline);
      }
      return result;
    }

    @Override
    public Collected collect(Deadline deadline) throws TierException {
      collections.incrementAndGet();
      return right.collect(deadline);
    }
  }

  /** Counts with a change. */
  private abstract static class Counter extends ForwardingTier {
    Counter(KvTier right) {
      super(right);
    }

    @Override
    public SortedMap<String, Long> counters() {
      SortedMap<String, Long> counters = new TreeMap<>(right.counters());
      addTo(counters);
      return Collections.unmodifiableSortedMap(counters);
    }

    abstract void addTo(SortedMap<String, Long> counters);
  }

  private static final class NewNames extends Counter {
    private final Set<ChunkKey> written = ConcurrentHashMap.newKeySet();

    NewNames(KvTier right) {
      super(right);
    }

    @Override
    public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      written.add(chunk.key());
      return super.write(chunk, deadline);
    }

    @Override
    void addTo(SortedMap<String, Long> counters) {
      written.forEach(key -> counters.put("written." + key, 1L));
    }
  }

  private static final class CountsDown extends Counter {
    CountsDown(KvTier right) {
      super(right);
    }

    @Override
    void addTo(SortedMap<String, Long> counters) {
      try {
        counters.put("chunks", (long) everything(right).size());
      } catch (TierException e) {
        counters.put("chunks", 0L);
      }
    }
  }

  private static final class AsksStore extends Counter {
    AsksStore(KvTier right) {
      super(right);
    }

    @Override
    void addTo(SortedMap<String, Long> counters) {
      try {
        everything(right);
      } catch (TierException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static final class WaitsToCount extends Counter {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    WaitsToCount(KvTier right) {
      super(right);
    }

    @Override
    public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException {
      lock.readLock().lock();
      try {
        return right.read(key, sink, deadline);
      } finally {
        lock.readLock().unlock();
      }
    }

    @Override
    void addTo(SortedMap<String, Long> counters) {
      lock.writeLock().lock();
      try {
        counters.put("waits", 0L);
      } finally {
        lock.writeLock().unlock();
      }
    }
  }

  private static final class LiveCounters extends ForwardingTier {
    private final SortedMap<String, Long> counters = new ConcurrentSkipListMap<>();

    LiveCounters(KvTier right) {
      super(right);
      counters.put("writes", 0L);
    }

    @Override
    public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      counters.merge("writes", 1L, Long::sum);
      return super.write(chunk, deadline);
    }

    @Override
    public SortedMap<String, Long> counters() {
      return counters;
    }
  }
}
