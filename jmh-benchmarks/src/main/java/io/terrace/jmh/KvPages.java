/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jmh;

import io.terrace.device.PagePool;
import io.terrace.device.PooledPage;
import io.terrace.spi.PageGeometry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Pages that take turns, so that what is read of them does not stay in a cache. */
final class KvPages implements AutoCloseable {
  private final PagePool pool;
  private final List<PooledPage> pages = new ArrayList<>();
  private int turn;

  KvPages(PageGeometry geometry, int count) {
    pool = new PagePool((count + 16L) * geometry.pageBytes(), false);
    for (int i = 0; i < count; i++) {
      PooledPage page = pool.allocate(geometry);
      page.segment().fill((byte) 1);
      pages.add(page);
    }
  }

  /** Fills all pages with the same numbers, like those of KV: channels differ in magnitude. */
  KvPages fill(long seed) {
    MemorySegment first = pages.getFirst().segment();
    fill(pages.getFirst(), new Random(seed));
    pages.stream().skip(1).forEach(page -> page.segment().copyFrom(first));
    return this;
  }

  private static void fill(PooledPage page, Random random) {
    PageGeometry geometry = page.geometry();
    MemorySegment memory = page.segment();
    int channels = geometry.kvLength();
    float[] magnitudes = new float[channels];
    for (int plane = 0; plane < 2 * geometry.layers(); plane++) {
      for (int c = 0; c < channels; c++) {
        magnitudes[c] = (float) Math.exp(random.nextGaussian());
      }
      long start = (long) plane * geometry.planeBytes() / Float.BYTES;
      for (int i = 0; i < geometry.chunkTokens() * channels; i++) {
        float value = (float) random.nextGaussian() * magnitudes[i % channels];
        memory.setAtIndex(ValueLayout.JAVA_FLOAT, start + i, value);
      }
    }
  }

  /** The page whose turn it is. */
  PooledPage next() {
    turn = turn + 1 == pages.size() ? 0 : turn + 1;
    return pages.get(turn);
  }

  @Override
  public void close() {
    pages.forEach(PooledPage::release);
    pages.clear();
    pool.close();
  }
}
