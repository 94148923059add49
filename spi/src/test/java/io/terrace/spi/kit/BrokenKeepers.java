/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import static io.terrace.spi.kit.BrokenTier.bytes;
import static io.terrace.spi.kit.BrokenTier.opened;

import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.EvictionPolicy;
import io.terrace.spi.KvTier;
import io.terrace.spi.Listing;
import io.terrace.spi.StoredChunk;
import io.terrace.spi.TierContext;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import io.terrace.spi.format.ChunkHeader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Tiers that remove, give up or list wrong. */
final class BrokenKeepers {
  private BrokenKeepers() {}

  static List<BrokenTier> all() {
    return List.of(
        bytes("cannot set aside what is not here", StrictAside::new, 402),
        bytes("stops at the first key that is not here", StopsAtMiss::new, 403),
        bytes("never takes back what was removed", Tombstones::new, 404),
        bytes("sets everything aside", AllAside::new, 405),
        opened("tells of what was removed", TellsOfRemoved::new, 407),
        opened("tells twice", (right, context) -> right.apply(new Twice(context)), 421),
        opened("tells nothing", (right, context) -> right.apply(new RecordingContext()), 421),
        opened("tells with its lock held", Locked::new, 422),
        opened("gives all up for what can never fit", GivesAllUp::new, 423),
        bytes("lists something at once", ListsSomething::new, 101),
        bytes("lists the last chunk again", ListsAgain::new, 501, 503).maybe(821),
        bytes("loses a chunk between parts", ListsLess::new, 501, 503).maybe(821),
        bytes("lists payloads without headers", ListsPayloads::new, 502),
        bytes("lists seconds as milliseconds", ListsSeconds::new, 502));
  }

  private static List<StoredChunk> everything(KvTier tier) throws TierException {
    return tier.list(null, 1000, Deadline.NEVER).chunks();
  }

  private static final class StrictAside extends ForwardingTier {
    private boolean closed;

    StrictAside(KvTier right) {
      super(right);
    }

    @Override
    public void setAside(ChunkKey key, String reason, Deadline deadline) throws TierException {
      if (!closed && !right.contains(key, deadline)) {
        throw new TierException("cannot set " + key + " aside: it is not here");
      }
      super.setAside(key, reason, deadline);
    }

    @Override
    public void close() {
      closed = true;
      super.close();
    }
  }

  private static final class StopsAtMiss extends ForwardingTier {
    StopsAtMiss(KvTier right) {
      super(right);
    }

    @Override
    public void removeAll(Collection<ChunkKey> keys, Deadline deadline) throws TierException {
      for (ChunkKey key : keys) {
        if (!right.contains(key, deadline)) {
          return;
        }
        right.remove(key, deadline);
      }
    }
  }

  private static final class Tombstones extends ForwardingTier {
    private final Set<ChunkKey> removed = ConcurrentHashMap.newKeySet();

    Tombstones(KvTier right) {
      super(right);
    }

    @Override
    public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      return removed.contains(chunk.key()) ? WriteResult.PRESENT : right.write(chunk, deadline);
    }

    @Override
    public void remove(ChunkKey key, Deadline deadline) throws TierException {
      removed.add(key);
      super.remove(key, deadline);
    }
  }

  private static final class AllAside extends ForwardingTier {
    AllAside(KvTier right) {
      super(right);
    }

    @Override
    public void setAside(ChunkKey key, String reason, Deadline deadline) throws TierException {
      if (right.contains(key, deadline)) {
        for (StoredChunk chunk : everything(right)) {
          right.remove(chunk.key(), deadline);
        }
      }
    }
  }

  private static final class TellsOfRemoved extends ForwardingTier {
    private final TierContext context;

    TellsOfRemoved(Function<TierContext, KvTier> right, TierContext context) {
      super(right.apply(context));
      this.context = context;
    }

    @Override
    public void remove(ChunkKey key, Deadline deadline) throws TierException {
      super.remove(key, deadline);
      context.evicted(key);
    }
  }

  private record Twice(TierContext context) implements TierContext {
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
      context.evicted(key);
      context.evicted(key);
    }
  }

  private static final class Locked extends ForwardingTier {
    Locked(Function<TierContext, KvTier> right, TierContext context) {
      super(right.apply(context));
    }

    @Override
    public synchronized WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      return right.write(chunk, deadline);
    }

    @Override
    public synchronized boolean contains(ChunkKey key, Deadline deadline) throws TierException {
      return right.contains(key, deadline);
    }
  }

  private static final class GivesAllUp extends ForwardingTier {
    private final TierContext context;

    GivesAllUp(Function<TierContext, KvTier> right, TierContext context) {
      super(right.apply(context));
      this.context = context;
    }

    @Override
    public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      WriteResult result = right.write(chunk, deadline);
      if (result == WriteResult.NO_ROOM) {
        for (StoredChunk stored : everything(right)) {
          right.remove(stored.key(), deadline);
          context.evicted(stored.key());
        }
      }
      return result;
    }
  }

  /** Lists with a change. */
  private abstract static class Lister extends ForwardingTier {
    Lister(KvTier right) {
      super(right);
    }

    @Override
    public Listing list(@Nullable String after, int limit, Deadline deadline) throws TierException {
      Listing listing = right.list(after, limit, deadline);
      List<StoredChunk> chunks = new ArrayList<>();
      listing.chunks().forEach(chunk -> chunks.add(change(chunk)));
      return new Listing(chunks, listing.next());
    }

    StoredChunk change(StoredChunk chunk) {
      return chunk;
    }
  }

  private static final class ListsSomething extends Lister {
    private volatile boolean written;

    ListsSomething(KvTier right) {
      super(right);
    }

    @Override
    public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      written = true;
      return super.write(chunk, deadline);
    }

    @Override
    public Listing list(@Nullable String after, int limit, Deadline deadline) throws TierException {
      Listing listing = super.list(after, limit, deadline);
      if (written) {
        return listing;
      }
      ChunkKey key = ChunkKey.of(new byte[ChunkKey.BYTES], 0);
      return new Listing(List.of(new StoredChunk(key, 1, Instant.now())), null);
    }
  }

  private static final class ListsAgain extends Lister {
    ListsAgain(KvTier right) {
      super(right);
    }

    @Override
    public Listing list(@Nullable String after, int limit, Deadline deadline) throws TierException {
      Listing listing = super.list(after, limit, deadline);
      if (after == null || listing.chunks().size() == limit) {
        return listing;
      }
      List<StoredChunk> chunks = new ArrayList<>(listing.chunks());
      chunks.add(new StoredChunk(ChunkKey.parse(after), 1, Instant.now()));
      return new Listing(chunks, listing.next());
    }
  }

  private static final class ListsLess extends Lister {
    ListsLess(KvTier right) {
      super(right);
    }

    @Override
    public Listing list(@Nullable String after, int limit, Deadline deadline) throws TierException {
      Listing listing = super.list(after, limit, deadline);
      List<StoredChunk> chunks = listing.chunks();
      boolean between = after != null && !chunks.isEmpty();
      return new Listing(between ? chunks.subList(1, chunks.size()) : chunks, listing.next());
    }
  }

  private static final class ListsPayloads extends Lister {
    ListsPayloads(KvTier right) {
      super(right);
    }

    @Override
    StoredChunk change(StoredChunk chunk) {
      return new StoredChunk(chunk.key(), chunk.bytes() - ChunkHeader.BYTES, chunk.lastUse());
    }
  }

  private static final class ListsSeconds extends Lister {
    ListsSeconds(KvTier right) {
      super(right);
    }

    @Override
    StoredChunk change(StoredChunk chunk) {
      Instant wrong = Instant.ofEpochMilli(chunk.lastUse().getEpochSecond());
      return new StoredChunk(chunk.key(), chunk.bytes(), wrong);
    }
  }
}
