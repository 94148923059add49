/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import io.terrace.spi.Page;
import io.terrace.spi.PageGeometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A page that nobody counts. */
record SamplePage(PageGeometry geometry, MemorySegment segment) implements Page {
  SamplePage(PageGeometry geometry) {
    this(geometry, Arena.ofAuto().allocate(geometry.pageBytes(), 4096));
  }

  @Override
  public void retain() {}

  @Override
  public void release() {}

  @Override
  public int references() {
    return 1;
  }
}
