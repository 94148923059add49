/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.cpu;

import io.terrace.spi.CachedChunk;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Page;
import io.terrace.spi.StoredChunk;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A chunk in CPU memory. Guarded by the lock of the tier. */
final class Entry implements CachedChunk {
  private final ChunkDescriptor chunk;
  private final MemorySegment header;
  private final Page page;
  private final @Nullable Entry parent;
  private final List<Entry> children = new ArrayList<>(1);
  private long lastUse; // in uses of the tier since it was opened
  private long lastUseMillis;

  /**
   * @param header copied: it belongs to the caller
   */
  Entry(ChunkDescriptor chunk, MemorySegment header, Page page, @Nullable Entry parent) {
    this.chunk = chunk;
    this.header = MemorySegment.ofArray(header.toArray(ValueLayout.JAVA_BYTE)).asReadOnly();
    this.page = page;
    this.parent = parent;
  }

  @Override
  public ChunkKey key() {
    return chunk.key();
  }

  MemorySegment header() {
    return header;
  }

  StoredChunk stored() {
    return new StoredChunk(key(), header.byteSize() + bytes(), Instant.ofEpochMilli(lastUseMillis));
  }

  Page page() {
    return page;
  }

  @Override
  public @Nullable Entry parent() {
    return parent;
  }

  @Override
  public int positions() {
    return chunk.positions();
  }

  @Override
  public long bytes() {
    return chunk.geometry().pageBytes();
  }

  /** Whether somebody beside the tier reads the page. */
  boolean isInUse() {
    return page.references() > 1;
  }

  boolean isLeaf() {
    return children.isEmpty();
  }

  List<Entry> children() {
    return children;
  }

  @Override
  public long usedAtMillis() {
    return lastUseMillis;
  }

  /** Which of two was used last, of the same moment too. */
  long lastUse() {
    return lastUse;
  }

  void usedAt(long use, long millis) {
    lastUse = use;
    lastUseMillis = millis;
  }
}
