/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.PageGeometry;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Four threads, three geometries, a budget for a part of what they hold. */
final class PagePoolStressTest {
  private static final int MIB = 1 << 20;
  private static final List<PageGeometry> GEOMETRIES =
      List.of(Pages.of(MIB), Pages.of(MIB / 2), Pages.of(3 * MIB));

  private final PagePool pool = new PagePool(16 * MIB, false);

  @Test
  void nobodyGetsAPageOfAnother() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int id = i;
        all.add(threads.submit(() -> work(id)));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    assertThat(pool.pagesInUse()).isZero();
    assertThat(pool.privatePages()).isZero();
    assertThat(pool.privatePagesEver()).isPositive();
    assertThat(pool.mappedBytes()).isPositive().isLessThanOrEqualTo(pool.budgetBytes());
    pool.close();
    assertThat(pool.mappedBytes()).isZero();
  }

  private void work(int id) {
    SplittableRandom random = new SplittableRandom(id);
    Deque<PooledPage> held = new ArrayDeque<>();
    for (int i = 0; i < 4000; i++) {
      if (held.size() < 6 && random.nextBoolean()) {
        PooledPage page = pool.allocate(GEOMETRIES.get(random.nextInt(3)));
        assertThat(page.references()).isEqualTo(1);
        stamp(page, id);
        held.add(page);
      } else if (!held.isEmpty()) {
        PooledPage page = held.poll();
        page.retain();
        page.release();
        checkStamp(page, id);
        page.release();
      }
      assertThat(pool.mappedBytes()).isLessThanOrEqualTo(pool.budgetBytes());
    }
    held.forEach(PooledPage::release);
  }

  private static void stamp(PooledPage page, int id) {
    page.segment().set(ValueLayout.JAVA_LONG, 0, page.segment().address() + id);
    page.segment().set(ValueLayout.JAVA_INT, page.segment().byteSize() - 4, id);
  }

  private static void checkStamp(PooledPage page, int id) {
    assertThat(page.segment().get(ValueLayout.JAVA_LONG, 0))
        .isEqualTo(page.segment().address() + id);
    assertThat(page.segment().get(ValueLayout.JAVA_INT, page.segment().byteSize() - 4))
        .isEqualTo(id);
  }
}
