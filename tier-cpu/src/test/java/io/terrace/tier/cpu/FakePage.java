/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.cpu;

import io.terrace.spi.Page;
import io.terrace.spi.PageGeometry;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/** A page of heap memory that counts its references and refuses to be released too often. */
final class FakePage implements Page {
  private final PageGeometry geometry;
  private final MemorySegment segment;
  private final AtomicInteger references = new AtomicInteger(1);

  FakePage(PageGeometry geometry, int content) {
    this.geometry = geometry;
    segment = MemorySegment.ofArray(new byte[geometry.pageBytes()]);
    segment.fill((byte) content);
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
      throw new IllegalStateException("retained without a reference");
    }
  }

  @Override
  public void release() {
    if (references.getAndUpdate(n -> n == 0 ? 0 : n - 1) == 0) {
      throw new IllegalStateException("released more often than retained");
    }
  }

  @Override
  public int references() {
    return references.get();
  }
}
