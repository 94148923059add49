/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.cpu;

import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.Page;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A chunk in CPU memory. Guarded by the lock of the tier. */
final class Entry {
  private final ChunkDescriptor chunk;
  private final Page page;
  private final @Nullable Entry parent;
  private final List<Entry> children = new ArrayList<>(1);
  private long lastUse;

  Entry(ChunkDescriptor chunk, Page page, @Nullable Entry parent) {
    this.chunk = chunk;
    this.page = page;
    this.parent = parent;
  }

  ChunkDescriptor chunk() {
    return chunk;
  }

  Page page() {
    return page;
  }

  @Nullable Entry parent() {
    return parent;
  }

  long bytes() {
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

  /** Time of the last use, in uses of the tier since it was opened. */
  long lastUse() {
    return lastUse;
  }

  void usedAt(long use) {
    lastUse = use;
  }
}
