/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.Page;
import io.terrace.spi.PageGeometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A page that counts its references, refuses to be released too often, and spoils its memory when
 * the last reference goes: whoever reads it after that reads {@link #SPOILT}.
 */
public final class TestPage implements Page {
  /** What the memory is filled with once nobody may read it. */
  public static final byte SPOILT = (byte) 0xDB;

  private final PageGeometry geometry;
  private final MemorySegment segment;
  private final AtomicInteger references = new AtomicInteger(1);
  private final AtomicInteger misuses = new AtomicInteger();

  /** A page of zeros with one reference, the caller's. */
  public TestPage(PageGeometry geometry) {
    this.geometry = geometry;
    segment = Arena.ofAuto().allocate(geometry.pageBytes(), 4096);
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
    if (references.getAndUpdate(n -> n == 0 ? 0 : n + 1) == 0) {
      misuses.incrementAndGet();
      throw new IllegalStateException("retained without a reference");
    }
  }

  @Override
  public void release() {
    int before = references.getAndUpdate(n -> n == 0 ? 0 : n - 1);
    if (before == 0) {
      misuses.incrementAndGet();
      throw new IllegalStateException("released more often than retained");
    }
    if (before == 1) {
      segment.fill(SPOILT);
    }
  }

  @Override
  public int references() {
    return references.get();
  }

  /** How often it was retained or released without a reference. */
  public int misuses() {
    return misuses.get();
  }
}
