/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.device.PagePool;
import io.terrace.device.PooledPage;
import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Of a page, the positions asked for are copied in every layer, keys and values, and no others. */
final class PageCopyTest {
  @Property(tries = 200)
  void copiesThesePositionsOnly(
      @ForAll @IntRange(min = 1, max = 3) int layers,
      @ForAll @IntRange(min = 1, max = 5) int headSize,
      @ForAll @IntRange(max = 8) int one,
      @ForAll @IntRange(max = 8) int other,
      @ForAll DataType type) {
    Assume.that(type != DataType.Q8);
    PageGeometry geometry = new PageGeometry(layers, 2, headSize, 8, type);
    int from = Math.min(one, other);
    int to = Math.max(one, other);
    try (PagePool pool = new PagePool(4 << 20, false)) {
      PooledPage source = pool.allocate(geometry);
      PooledPage target = pool.allocate(geometry);
      fill(source.segment(), 1);
      target.segment().fill((byte) 0);
      PageCopy.positions(source, target, from, to);
      for (int i = 0; i < geometry.pageBytes(); i++) {
        int position = i / geometry.rowBytes() % 8;
        int expected = position >= from && position < to ? at(source, i) : 0;
        assertThat(at(target, i) == expected).as("byte %d, position %d", i, position).isTrue();
      }
      source.release();
      target.release();
    }
  }

  @Example
  void positionsWithScalesAreRefused() {
    PageGeometry geometry = new PageGeometry(1, 2, 4, 8, DataType.Q8);
    try (PagePool pool = new PagePool(4 << 20, false)) {
      PooledPage page = pool.allocate(geometry);
      assertThatThrownBy(() -> PageCopy.positions(page, page, 0, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Q8");
      page.release();
    }
  }

  private static int at(PooledPage page, int offset) {
    return page.segment().get(ValueLayout.JAVA_BYTE, offset);
  }

  private static void fill(MemorySegment memory, int seed) {
    for (int i = 0; i < memory.byteSize(); i++) {
      memory.set(ValueLayout.JAVA_BYTE, i, (byte) (1 + (i * 31 + seed) % 127));
    }
  }
}
