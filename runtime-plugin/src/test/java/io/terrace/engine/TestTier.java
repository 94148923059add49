/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.Capabilities;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Deadline;
import io.terrace.spi.EvictionPolicy;
import io.terrace.spi.KvTier;
import io.terrace.spi.KvTierProvider;
import io.terrace.spi.Lease;
import io.terrace.spi.Listing;
import io.terrace.spi.Page;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierContext;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import io.terrace.spi.config.Settings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The installed tier that keeps pages, found as the plugin finds it, with a list of what it holds,
 * and a switch that makes its calls fail.
 */
final class TestTier implements KvTier {
  /** A call that may be made to fail. */
  enum Call {
    LEASE,
    WRITE,
    WRITTEN,
    REMOVE,
    REMOVED,
    RECLAIM
  }

  /** What a tier throws when it fails. */
  static final class TierFailure extends IllegalStateException {
    TierFailure(Call call) {
      super("the tier fails: " + call);
    }
  }

  private final Set<ChunkKey> held = new HashSet<>(); // guarded by itself
  private final List<ChunkDescriptor> written = new ArrayList<>(); // guarded by held
  private final KvTier tier;
  private volatile Predicate<Call> fails = call -> false;

  private TestTier(Map<String, String> settings, TierContext context) {
    KvTierProvider provider = ServiceLoader.load(KvTierProvider.class).findFirst().orElseThrow();
    tier = provider.open(Settings.of(provider.options(), settings), new Watching(context));
  }

  /** A tier of whatever the pool has. */
  static TestTier unbounded(TierContext context) {
    return new TestTier(Map.of(), context);
  }

  static TestTier of(long capacityBytes, TierContext context) {
    return new TestTier(Map.of("capacity", Long.toString(capacityBytes)), context);
  }

  private final class Watching implements TierContext {
    private final TierContext context;

    Watching(TierContext context) {
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
      synchronized (held) {
        held.remove(key);
      }
      context.evicted(key);
    }
  }

  /** Which of the next calls fail; WRITTEN and REMOVED fail when the work is done. */
  void failWhen(Predicate<Call> predicate) {
    fails = predicate;
  }

  private void at(Call call) {
    if (fails.test(call)) {
      throw new TierFailure(call);
    }
  }

  /** How many chunks it holds. */
  int size() {
    synchronized (held) {
      held.removeIf(key -> !contains(key));
      return held.size();
    }
  }

  /** Loses a chunk without a word. */
  void lose(ChunkKey key) {
    try {
      tier.remove(key, Deadline.NEVER);
    } catch (TierException e) {
      throw new AssertionError(e);
    }
  }

  private boolean contains(ChunkKey key) {
    try {
      return tier.contains(key, Deadline.NEVER);
    } catch (TierException e) {
      throw new AssertionError(e);
    }
  }

  /** All chunks that it was given and kept, in their order. */
  List<ChunkDescriptor> written() {
    synchronized (held) {
      return List.copyOf(written);
    }
  }

  /** How many pages its chunks lie in: fewer than chunks only where it failed to remove one. */
  int pages() {
    Set<Page> pages = Collections.newSetFromMap(new IdentityHashMap<>());
    synchronized (held) {
      for (ChunkKey key : held) {
        try (Lease lease = tier.lease(key, Deadline.NEVER)) {
          if (lease != null) {
            pages.add(lease.page());
          }
        } catch (TierException e) {
          throw new AssertionError(e);
        }
      }
    }
    return pages.size();
  }

  @Override
  public Capabilities capabilities() {
    return tier.capabilities();
  }

  @Override
  public boolean contains(ChunkKey key, Deadline deadline) throws TierException {
    return tier.contains(key, deadline);
  }

  @Override
  public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException {
    return tier.read(key, sink, deadline);
  }

  @Override
  public @Nullable Lease lease(ChunkKey key, Deadline deadline) throws TierException {
    at(Call.LEASE);
    return tier.lease(key, deadline);
  }

  @Override
  public Listing list(@Nullable String after, int limit, Deadline deadline) throws TierException {
    return tier.list(after, limit, deadline);
  }

  @Override
  public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
    at(Call.WRITE);
    WriteResult result = tier.write(chunk, deadline);
    if (result == WriteResult.STORED) {
      synchronized (held) {
        held.add(chunk.key());
        written.add(chunk.descriptor());
      }
    }
    at(Call.WRITTEN);
    return result;
  }

  @Override
  public void remove(ChunkKey key, Deadline deadline) throws TierException {
    at(Call.REMOVE);
    tier.remove(key, deadline);
    at(Call.REMOVED);
  }

  @Override
  public long reclaim(long bytes) {
    at(Call.RECLAIM);
    return tier.reclaim(bytes);
  }

  @Override
  public void close() {
    tier.close();
  }
}
