/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.terrace.spi.PageGeometry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Four slabs of 2 MiB: 16 pages of half a MiB. */
final class PagePoolTest {
  private static final int MIB = 1 << 20;
  private static final PageGeometry HALF = Pages.of(MIB / 2);
  private static final PageGeometry QUARTER = Pages.of(MIB / 4);

  private final PagePool pool = new PagePool(8 * MIB, false);
  private final List<PooledPage> held = new ArrayList<>();

  @Test
  void theBudgetHoldsAndWhatIsBeyondIsPrivate() {
    for (int i = 0; i < 40; i++) {
      PooledPage page = hold(HALF);
      assertThat(page.isPrivate()).as("page %d", i).isEqualTo(i >= 16);
      assertThat(pool.mappedBytes()).isLessThanOrEqualTo(pool.budgetBytes());
    }
    assertThat(pool.pagesInUse()).isEqualTo(16);
    assertThat(pool.privatePages()).isEqualTo(24);
    releaseAll();
    assertThat(pool.pagesInUse()).isZero();
    assertThat(pool.privatePages()).isZero();
    assertThat(pool.privatePagesEver()).isEqualTo(24);
  }

  @Test
  void aBudgetTooSmallForAnyPageServesPrivateOnes() {
    try (PagePool tiny = new PagePool(MIB, false)) {
      PooledPage page = tiny.allocate(HALF);
      assertThat(page.isPrivate()).isTrue();
      assertThat(tiny.mappedBytes()).isZero();
      page.release();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 4064, 4096, 4128, 100_000, 3 * MIB})
  void pagesAreAlignedAndDoNotOverlap(int bytes) {
    PageGeometry geometry = Pages.of(bytes);
    for (int i = 0; i < 12; i++) {
      PooledPage page = hold(geometry);
      assertThat(page.segment().byteSize()).isEqualTo(geometry.pageBytes());
      assertThat(page.segment().address() % 4096).isZero();
      page.segment().fill((byte) i);
    }
    for (int i = 0; i < 12; i++) {
      MemorySegment content = held.get(i).segment();
      for (long at = 0; at < content.byteSize(); at += 31) {
        assertThat(content.get(ValueLayout.JAVA_BYTE, at) == i).as("page %d at %d", i, at).isTrue();
      }
    }
    releaseAll();
  }

  @Test
  @SuppressWarnings("restricted")
  void aSlabIsTouchedBehindTheRequests() throws Throwable {
    MemorySegment slab = hold(HALF).segment().reinterpret(2 * MIB);
    for (int i = 0; i < 1_000 && Pages.residentBytes(slab) < 2 * MIB; i++) {
      Thread.sleep(10);
    }
    assertThat(Pages.residentBytes(slab)).isEqualTo(2 * MIB);
    releaseAll();
  }

  @Test
  void slabsGoBackWhenAnotherGeometryNeedsRoom() {
    spendTheBudget();
    assertThat(pool.mappedBytes()).isEqualTo(8 * MIB);
    assertThat(hold(QUARTER).isPrivate()).as("all slabs are in use").isTrue();
    held.subList(1, 16).forEach(PooledPage::release);
    held.subList(1, 16).clear();
    for (int i = 0; i < 3 * 8; i++) {
      assertThat(hold(QUARTER).isPrivate()).as("quarter %d", i).isFalse();
      assertThat(pool.mappedBytes()).isEqualTo(8 * MIB);
    }
    assertThat(hold(QUARTER).isPrivate()).as("one slab still has a page in use").isTrue();
    held.get(0).segment().fill((byte) 1); // and it is still there
    releaseAll();
  }

  @Test
  void aPageComesAgainWithItsAttachment() {
    PooledPage page = pool.allocate(HALF);
    Object tensors = new Object();
    page.attach(tensors);
    page.seal();
    page.release();
    PooledPage again = pool.allocate(HALF);
    assertThat(again).isSameAs(page);
    assertThat(again.attachment()).isSameAs(tensors);
    assertThat(again.isSealed()).isFalse();
    assertThat(again.references()).isEqualTo(1);
    again.release();
  }

  /** A page object, its segment and its tensors together are hundreds of bytes. */
  @Test
  void aPageThatComesAgainCostsNoObjects() {
    pool.allocate(HALF).release();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int rounds = 20_000;
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < rounds; i++) {
      pool.allocate(HALF).release();
    }
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(bytes / rounds).as("an iterator, while it is interpreted").isLessThan(48);
  }

  @Test
  void aPrivatePageIsUnmappedWithItsLastReference() throws IOException {
    PooledPage page;
    try (PagePool none = new PagePool(0, true)) {
      page = none.allocate(Pages.of(64 * MIB));
      long address = page.segment().address();
      assertThat(page.isPrivate()).isTrue();
      page.retain();
      page.release();
      assertThat(Pages.isMapped(address)).isTrue();
      page.release();
      for (int at = 0; at < 64; at += 7) {
        assertThat(Pages.isMapped(address + (long) at * MIB)).isFalse();
      }
      assertThat(none.privatePages()).isZero();
      PooledPage next = none.allocate(Pages.of(64));
      assertThat(next).isNotSameAs(page);
      next.release();
    }
  }

  @Test
  void memoryIsWantedBackAsLongAsSomeComes() {
    spendTheBudget();
    held.remove(16).release();
    List<Long> wanted = new ArrayList<>();
    pool.setReclaimer(
        bytes -> {
          wanted.add(bytes);
          assertNotLocked();
          if (held.isEmpty()) {
            return 0;
          }
          held.remove(0).release();
          return HALF.pageBytes();
        });
    PooledPage half = pool.allocate(HALF);
    assertThat(half.isPrivate()).isFalse();
    assertThat(wanted).containsExactly((long) MIB / 2);
    PooledPage quarter = pool.allocate(QUARTER);
    assertThat(quarter.isPrivate()).as("once a slab is empty").isFalse();
    assertThat(wanted).hasSizeBetween(3, 8).last().isEqualTo((long) MIB / 4);
    half.release();
    quarter.release();
    releaseAll();
  }

  @Test
  void aReclaimerThatGivesNothingIsAskedOnce() {
    int[] asked = {0};
    try (PagePool none = new PagePool(0, false)) {
      none.setReclaimer(
          bytes -> {
            asked[0]++;
            return 0;
          });
      none.allocate(HALF).release();
    }
    assertThat(asked[0]).isEqualTo(1);
  }

  @Test
  void referencesAreCounted() {
    PooledPage page = pool.allocate(HALF);
    page.retain();
    assertThat(page.references()).isEqualTo(2);
    page.release();
    assertThat(pool.pagesInUse()).isEqualTo(1);
    page.release();
    assertThat(pool.pagesInUse()).isZero();
    assertThatThrownBy(page::release)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("released more often than retained: page@");
    assertThatThrownBy(page::retain)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("without references cannot be retained: page@");
    assertThat(page.references()).isZero();
    assertThat(pool.pagesInUse()).as("neither changed anything").isZero();
    assertThat(pool.allocate(HALF)).isSameAs(page);
    page.release();
  }

  @Test
  void closeWithPagesOut() throws IOException {
    PooledPage first = hold(HALF);
    long address = first.segment().address();
    PooledPage second = hold(HALF);
    hold(QUARTER).release();
    held.remove(2);
    pool.close();
    assertThat(pool.mappedBytes()).as("the other slab is gone").isEqualTo(2 * MIB);
    first.segment().fill((byte) 1);
    PooledPage late = pool.allocate(HALF);
    assertThat(late.isPrivate()).isTrue();
    late.release();
    first.release();
    assertThat(Pages.isMapped(address)).isTrue();
    second.release();
    assertThat(Pages.isMapped(address)).isFalse();
    assertThat(pool.mappedBytes()).isZero();
    assertThat(pool.pagesInUse()).isZero();
    pool.close();
    held.clear();
  }

  @Test
  void checkedPagesBeginAsNoNumbersEachTime() {
    try (PagePool checked = new PagePool(8 * MIB, true)) {
      PooledPage page = checked.allocate(Pages.of(4096));
      for (int round = 0; round < 3; round++) {
        for (float value : page.segment().toArray(ValueLayout.JAVA_FLOAT)) {
          assertThat(value).isNaN();
        }
        page.segment().fill((byte) 0);
        page.seal();
        assertThat(page.isSealed()).isTrue();
        page.release();
        assertThat(checked.allocate(Pages.of(4096))).isSameAs(page);
      }
      page.release();
    }
  }

  /** Holds 16 pages of the budget, and a private one. */
  private void spendTheBudget() {
    for (int i = 0; i <= 16; i++) {
      hold(HALF);
    }
    assertThat(pool.privatePages()).isEqualTo(1);
  }

  private PooledPage hold(PageGeometry geometry) {
    PooledPage page = pool.allocate(geometry);
    held.add(page);
    return page;
  }

  private void releaseAll() {
    held.forEach(PooledPage::release);
    held.clear();
  }

  private void assertNotLocked() {
    FutureTask<Long> question = new FutureTask<>(pool::mappedBytes);
    Thread.ofVirtual().start(question);
    try {
      question.get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("the reclaimer was called with the pool's lock held", e);
    }
  }
}
