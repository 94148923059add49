/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.cpu;

import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.KvTier;
import io.terrace.spi.Page;
import io.terrace.spi.TierContext;
import io.terrace.spi.WriteResult;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
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
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<ChunkKey, Entry> entries = new HashMap<>();
  private long usedBytes;
  private boolean closed;

  CpuTier(long capacityBytes, EvictionPolicy policy, TierContext context) {
    this.capacityBytes = capacityBytes;
    this.policy = policy;
    this.context = context;
  }

  @Override
  public boolean contains(ChunkKey key) {
    lock.lock();
    try {
      return entries.containsKey(key);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable Page lease(ChunkKey key) {
    lock.lock();
    try {
      Entry entry = entries.get(key);
      if (entry == null) {
        return null;
      }
      touch(entry);
      entry.page().retain();
      return entry.page();
    } finally {
      lock.unlock();
    }
  }

  private void touch(Entry entry) {
    if (entry.isLeaf()) {
      policy.notLeaf(entry);
    }
    policy.used(entry);
    if (entry.isLeaf()) {
      policy.leaf(entry);
    }
  }

  @Override
  public long read(ChunkKey key, MemorySegment target) {
    Page page = lease(key);
    if (page == null) {
      return MISS;
    }
    try {
      long bytes = page.segment().byteSize();
      if (target.byteSize() < bytes) {
        throw new IllegalArgumentException(
            "a page of " + bytes + " bytes does not fit into " + target.byteSize() + " bytes");
      }
      MemorySegment.copy(page.segment(), 0, target, 0, bytes);
      return bytes;
    } finally {
      page.release();
    }
  }

  @Override
  public WriteResult write(ChunkDescriptor chunk, Page page) {
    List<Entry> evicted = new ArrayList<>();
    WriteResult result;
    lock.lock();
    try {
      result = admit(chunk, page, evicted);
    } finally {
      lock.unlock();
    }
    tell(evicted);
    return result;
  }

  private WriteResult admit(ChunkDescriptor chunk, Page page, List<Entry> evicted) {
    if (entries.containsKey(chunk.key())) {
      return WriteResult.PRESENT;
    }
    Entry parent = entries.get(chunk.parent());
    if (closed || chunk.geometry().pageBytes() > capacityBytes) {
      return WriteResult.NO_ROOM; // and nothing is evicted for what can never fit
    }
    if (parent == null && !chunk.isFirst()) {
      return WriteResult.ORPHAN;
    }
    Entry entry = new Entry(chunk, page, parent);
    if (parent != null) {
      link(parent, entry);
    }
    if (!makeRoom(entry.bytes(), evicted)) {
      if (parent != null) {
        unlink(parent, entry);
      }
      return WriteResult.NO_ROOM;
    }
    page.retain();
    usedBytes += entry.bytes();
    entries.put(chunk.key(), entry);
    policy.used(entry);
    policy.leaf(entry);
    return WriteResult.STORED;
  }

  /** A parent is no leaf from here on, so that making room for its child cannot evict it. */
  private void link(Entry parent, Entry child) {
    if (parent.isLeaf()) {
      policy.notLeaf(parent);
    }
    parent.children().add(child);
  }

  private void unlink(Entry parent, Entry child) {
    parent.children().remove(child);
    if (parent.isLeaf()) {
      policy.leaf(parent);
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
    for (Entry entry : policy.victims()) {
      if (!entry.isInUse()) {
        drop(entry);
        evicted.add(entry);
        return true;
      }
    }
    return false;
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
    policy.notLeaf(entry);
    entries.remove(entry.chunk().key());
    usedBytes -= entry.bytes();
    Entry parent = entry.parent();
    if (parent != null) {
      unlink(parent, entry);
    }
    entry.page().release();
  }

  private void tell(List<Entry> evicted) {
    evicted.forEach(entry -> context.evicted(entry.chunk().key()));
  }

  @Override
  public void remove(ChunkKey key) {
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
