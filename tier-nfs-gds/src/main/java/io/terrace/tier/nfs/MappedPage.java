/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.Page;
import io.terrace.spi.PageGeometry;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/** The page of a chunk that is lent; its memory goes with the last reference. */
final class MappedPage implements Page {
  private final MemorySegment header;
  private final MemorySegment segment;
  private final PageGeometry geometry;
  private final Object file;
  private final Consumer<MappedPage> end;
  private int references = 1;

  /**
   * @param file tells files apart that have the same name one after another
   * @param end called with the last reference: gives the memory back
   */
  MappedPage(
      MemorySegment header,
      MemorySegment segment,
      PageGeometry geometry,
      Object file,
      Consumer<MappedPage> end) {
    this.header = header;
    this.segment = segment;
    this.geometry = geometry;
    this.file = file;
    this.end = end;
  }

  MemorySegment header() {
    return header;
  }

  Object file() {
    return file;
  }

  @Override
  public MemorySegment segment() {
    return segment;
  }

  @Override
  public PageGeometry geometry() {
    return geometry;
  }

  @Override
  public void retain() {
    if (!tryRetain()) {
      throw new IllegalStateException("the page was released");
    }
  }

  /** Adds a reference, if there is one left. */
  synchronized boolean tryRetain() {
    boolean held = references > 0;
    references += held ? 1 : 0;
    return held;
  }

  @Override
  public void release() {
    boolean last;
    synchronized (this) {
      if (references == 0) {
        throw new IllegalStateException("the page was released");
      }
      references--;
      last = references == 0;
    }
    if (last) {
      end.accept(this);
    }
  }

  @Override
  public synchronized int references() {
    return references;
  }
}
