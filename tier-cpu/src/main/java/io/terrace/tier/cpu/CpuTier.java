/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.cpu;

import io.terrace.spi.Capabilities;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Deadline;
import io.terrace.spi.EvictionPolicy;
import io.terrace.spi.KvTier;
import io.terrace.spi.Lease;
import io.terrace.spi.Listing;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierContext;
import io.terrace.spi.WriteResult;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.format.CompactPage;
import java.lang.foreign.MemorySegment;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Chunks in CPU memory. The tier retains the page that a session computed, and lends it to the next
 * one: nothing is copied on the way in or out. A chunk is given up before its parent, and only
 * while no session reads it; what is in use when it is removed stays valid until its last reference
 * goes.
 */
final class CpuTier implements KvTier {
  private final long capacityBytes;
  private final TierContext context;
  private final EvictionPolicy policy;
  private final Victims victims;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<ChunkKey, Entry> entries = new HashMap<>();
  private long usedBytes;
  private long uses;
  private boolean closed;

  CpuTier(long capacityBytes, EvictionPolicy policy, InstantSource clock, TierContext context) {
    this.capacityBytes = capacityBytes;
    this.policy = policy;
    victims = new Victims(policy);
    this.clock = clock;
    this.context = context;
  }

  @Override
  public Capabilities capabilities() {
    return Capabilities.inProcess().lending().retainingPages().withConcurrency(64);
  }

  @Override
  public boolean contains(ChunkKey key, Deadline deadline) {
    lock.lock();
    try {
      return entries.containsKey(key);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable Lease lease(ChunkKey key, Deadline deadline) {
    lock.lock();
    try {
      Entry entry = entries.get(key);
      if (entry == null) {
        return null;
      }
      touch(entry);
      entry.page().retain();
      return new Lease(entry.header(), entry.page());
    } finally {
      lock.unlock();
    }
  }

  private void touch(Entry entry) {
    long now = clock.millis();
    policy.used(entry, now);
    entry.usedAt(++uses, now);
  }

  @Override
  public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) {
    Lease lease = lease(key, deadline);
    if (lease == null) {
      return ReadOutcome.MISSING;
    }
    try (lease) {
      PageGeometry geometry = lease.page().geometry();
      int positions = new ChunkHeader(lease.header()).positions();
      MemorySegment target = sink.ask(lease.header(), geometry.compactBytes(positions));
      if (target == null) {
        return ReadOutcome.REFUSED;
      }
      CompactPage.pack(geometry, positions, lease.page().segment(), target);
      return ReadOutcome.FOUND;
    }
  }

  @Override
  public WriteResult write(Chunk chunk, Deadline deadline) {
    List<Entry> evicted = new ArrayList<>();
    WriteResult result;
    lock.lock();
    try {
      result = admit(chunk, evicted);
    } finally {
      lock.unlock();
    }
    tell(evicted);
    return result;
  }

  private WriteResult admit(Chunk chunk, List<Entry> evicted) {
    ChunkDescriptor descriptor = chunk.descriptor();
    Entry before = entries.get(chunk.key());
    if (before != null && !descriptor.replaces()) {
      return WriteResult.PRESENT;
    }
    Entry parent = entries.get(descriptor.parent());
    if (closed || descriptor.geometry().pageBytes() > capacityBytes) {
      return WriteResult.NO_ROOM; // and nothing is evicted for what can never fit
    }
    if (parent == null && !descriptor.isFirst()) {
      return WriteResult.ORPHAN;
    }
    if (before != null) {
      drop(before);
    }
    Entry entry = new Entry(descriptor, chunk.header(), chunk.page(), parent);
    if (keep(entry, evicted)) {
      return WriteResult.STORED;
    }
    if (before != null) {
      evicted.add(before);
    }
    return WriteResult.NO_ROOM;
  }

  private boolean keep(Entry entry, List<Entry> evicted) {
    Entry parent = entry.parent();
    if (parent != null) {
      link(parent, entry);
    }
    touch(entry); // a policy may choose with a view to what is to come
    if (!makeRoom(entry.bytes(), evicted)) {
      policy.gone(entry);
      if (parent != null) {
        unlink(parent, entry);
      }
      return false;
    }
    entry.page().retain();
    usedBytes += entry.bytes();
    entries.put(entry.key(), entry);
    victims.leaf(entry, entry.usedAtMillis());
    return true;
  }

  /** A parent is no leaf from here on, so that making room for its child cannot evict it. */
  private void link(Entry parent, Entry child) {
    if (parent.isLeaf()) {
      victims.notLeaf(parent);
    }
    parent.children().add(child);
  }

  private void unlink(Entry parent, Entry child) {
    parent.children().remove(child);
    if (parent.isLeaf()) {
      victims.leaf(parent, clock.millis());
    }
  }

  private boolean makeRoom(long bytes, List<Entry> evicted) {
    while (usedBytes + bytes > capacityBytes) {
      if (!evictOne(evicted)) {
        return false;
      }
    }
    return true;
  }

  private boolean evictOne(List<Entry> evicted) {
    Entry entry = victims.next(clock.millis());
    if (entry == null) {
      return false;
    }
    drop(entry);
    evicted.add(entry);
    return true;
  }

  /** Takes an entry out, and before it all that follow it: a chain may be longer than a stack. */
  private void drop(Entry entry) {
    List<Entry> subtree = new ArrayList<>();
    subtree.add(entry);
    for (int i = 0; i < subtree.size(); i++) {
      subtree.addAll(subtree.get(i).children());
    }
    subtree.reversed().forEach(this::dropLeaf);
  }

  private void dropLeaf(Entry entry) {
    victims.notLeaf(entry);
    policy.gone(entry);
    entries.remove(entry.key());
    usedBytes -= entry.bytes();
    Entry parent = entry.parent();
    if (parent != null) {
      unlink(parent, entry);
    }
    entry.page().release();
  }

  private void tell(List<Entry> evicted) {
    evicted.forEach(entry -> context.evicted(entry.key()));
  }

  @Override
  public void remove(ChunkKey key, Deadline deadline) {
    lock.lock();
    try {
      Entry entry = entries.get(key);
      if (entry != null) {
        drop(entry);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Listing list(@Nullable String after, int limit, Deadline deadline) {
    ChunkKey start = after == null ? null : ChunkKey.parse(after);
    lock.lock();
    try {
      List<Entry> part =
          entries.values().stream()
              .filter(entry -> start == null || entry.key().compareTo(start) > 0)
              .sorted(Comparator.comparing(Entry::key))
              .limit(limit)
              .toList();
      String next = part.size() < limit ? null : part.getLast().key().hex();
      return new Listing(part.stream().map(Entry::stored).toList(), next);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long reclaim(long bytes) {
    List<Entry> evicted = new ArrayList<>();
    long freed = 0;
    lock.lock();
    try {
      while (freed < bytes && evictOne(evicted)) {
        freed += evicted.getLast().bytes();
      }
    } finally {
      lock.unlock();
    }
    tell(evicted);
    return freed;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      List.copyOf(entries.values()).stream()
          .filter(entry -> entry.parent() == null)
          .forEach(this::drop);
    } finally {
      lock.unlock();
    }
  }

  /** Bytes of the pages kept now. */
  long usedBytes() {
    lock.lock();
    try {
      return usedBytes;
    } finally {
      lock.unlock();
    }
  }
}
