/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.device.cuda.CudaException;
import io.terrace.device.cuda.StandInCuda;
import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pages of a device beside those of the host: what is copied when, and what of it is told. */
final class DeviceTableTest {
  private static final PageGeometry PAGES = new PageGeometry(3, 2, 32, 32, DataType.F32);
  private static final int CHUNK = PAGES.chunkTokens();
  private static final long PAGE_BYTES = PAGES.pageBytes();

  private final List<CudaException> losses = new ArrayList<>();
  private StandInCuda driver;
  private PagePool host;
  private DeviceMemory memory;

  @BeforeEach
  void open() throws Exception {
    driver = StandInCuda.fresh();
    host = new PagePool(64 << 20, false);
    memory = memory(64 << 20);
  }

  private DeviceMemory memory(long budget) throws Exception {
    return new DeviceMemory(driver.open(), budget, host, losses::add);
  }

  @AfterEach
  void close() throws Exception {
    if (!memory.isLost()) {
      memory.close();
      for (String kind : List.of("bytes", "streams", "events", "modules", "contexts", "pinned")) {
        assertThat(driver.count(kind)).as(kind).isZero();
      }
    }
    assertThat(host.pagesInUse()).isZero();
    host.close();
  }

  private DeviceTable table() {
    return Objects.requireNonNull(memory.table(PAGES));
  }

  /** A page of the host with random content. */
  private PooledPage page(long seed) {
    PooledPage page = host.allocate(PAGES);
    byte[] content = new byte[(int) PAGE_BYTES];
    new Random(seed).nextBytes(content);
    MemorySegment.copy(content, 0, page.segment(), JAVA_BYTE, 0, content.length);
    return page;
  }

  private static byte[] content(PooledPage page) {
    return page.segment().toArray(JAVA_BYTE);
  }

  /** What lies on the device in a page. */
  private byte[] onDevice(DeviceTable table, int index) throws CudaException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment back = arena.allocate(PAGE_BYTES);
      long address = table.addresses((index + 1) * CHUNK)[index];
      memory.loadStream().copyToHost(back, address);
      memory.loadStream().synchronize();
      return back.toArray(JAVA_BYTE);
    }
  }

  /** As a kernel would write it. */
  private void compute(DeviceTable table, int index, byte[] content) throws CudaException {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment from = arena.allocate(PAGE_BYTES);
      MemorySegment.copy(content, 0, from, JAVA_BYTE, 0, content.length);
      memory.computeStream().copyToDevice(table.addresses((index + 1) * CHUNK)[index], from);
      memory.computeStream().synchronize();
    }
  }

  /** As after attention over all layers, each of which waited for what is loaded. */
  private static void endPass(DeviceTable table, int from, int to) {
    table.settle();
    table.endPass(from, to);
  }

  private static byte[] bytes(long seed) {
    byte[] content = new byte[(int) PAGE_BYTES];
    new Random(seed).nextBytes(content);
    return content;
  }

  @Test
  void whatTheHostHasIsLoadedInOneCopyALayerAndPage() throws Exception {
    DeviceTable table = table();
    PooledPage first = page(1);
    PooledPage second = page(2);
    table.put(0, first, CHUNK);
    table.put(1, second, CHUNK);
    driver.script("");
    long before = driver.count("bytes to device");
    assertThat(table.beginPass(2 * CHUNK)).isTrue();
    table.settle();
    assertThat(onDevice(table, 0)).isEqualTo(content(first));
    assertThat(onDevice(table, 1)).isEqualTo(content(second));
    assertThat(driver.count("bytes to device") - before).isEqualTo(2 * PAGE_BYTES);
    assertThat(driver.count("cuMemcpyHtoDAsync_v2")).isEqualTo(2L * PAGES.layers());
    assertThat(driver.count("cuMemcpy2DAsync_v2")).isZero();
    endPass(table, 2 * CHUNK - 1, 2 * CHUNK);
    assertThat(table.beginPass(2 * CHUNK)).as("it is there").isTrue();
    assertThat(driver.count("bytes to device") - before).isEqualTo(2 * PAGE_BYTES);
    table.clear();
    first.release();
    second.release();
  }

  @Test
  void aPassWaitsForTheLayersThatAreLoaded() throws Exception {
    DeviceTable table = table();
    PooledPage page = page(3);
    table.put(0, page, CHUNK);
    awaitPinned(1); // what is not waits for the stream
    driver.hold(memory.loadStream());
    assertThat(table.beginPass(CHUNK)).as("returns before it is there").isTrue();
    table.awaitLayer(0, memory.computeStream());
    TableEvents own = memory.events();
    memory.computeStream().record(own.passed());
    assertThat(own.passed().isOver()).isFalse();
    driver.letGo(memory.loadStream());
    own.passed().synchronize();
    assertThat(onDevice(table, 0)).isEqualTo(content(page));
    memory.putBack(own);
    table.clear();
    page.release();
  }

  @Test
  void someRowsAreLoadedInOneCopyALayer() throws Exception {
    DeviceTable table = table();
    PooledPage page = page(4);
    table.put(0, page, 5);
    driver.script("");
    assertThat(table.beginPass(7)).isTrue();
    table.settle();
    byte[] there = onDevice(table, 0);
    int row = PAGES.rowBytes();
    for (int plane = 0; plane < 2 * PAGES.layers(); plane++) {
      int at = plane * PAGES.planeBytes();
      assertThat(slice(there, at, 5 * row)).isEqualTo(slice(content(page), at, 5 * row));
      assertThat(slice(there, at + 5 * row, row)).containsOnly(0xFF); // as the driver gave it
    }
    assertThat(driver.count("cuMemcpy2DAsync_v2")).isEqualTo(PAGES.layers());
    table.clear();
    page.release();
  }

  private static byte[] slice(byte[] all, int from, int length) {
    byte[] slice = new byte[length];
    System.arraycopy(all, from, slice, 0, length);
    return slice;
  }

  @Test
  void whatIsComputedComesToTheHostBehindThePass() throws Exception {
    DeviceTable table = table();
    PooledPage page = page(5);
    table.put(0, page, 0);
    assertThat(table.beginPass(CHUNK)).isTrue();
    byte[] computed = bytes(6);
    compute(table, 0, computed);
    endPass(table, 0, CHUNK);
    awaitPinned(1); // what is not waits for the stream
    driver.hold(memory.spillStream());
    driver.script("");
    table.spill(CHUNK);
    assertThat(table.isSpilling()).isTrue();
    assertThat(table.hosted(CHUNK)).isZero();
    assertThat(content(page)).isNotEqualTo(computed);
    driver.letGo(memory.spillStream());
    table.settle();
    assertThat(table.hosted(CHUNK)).isEqualTo(CHUNK);
    assertThat(content(page)).isEqualTo(computed);
    assertThat(driver.count("cuMemcpyDtoHAsync_v2")).as("one copy a page").isEqualTo(1);
    table.spill(CHUNK);
    assertThat(table.isSpilling()).as("once").isFalse();
    table.clear();
    page.release();
  }

  @Test
  void aSpillWaitsForWhatIsBeingComputed() throws Exception {
    DeviceTable table = table();
    PooledPage page = page(7);
    table.put(0, page, 0);
    assertThat(table.beginPass(CHUNK)).isTrue();
    endPass(table, 0, CHUNK);
    byte[] computed = bytes(8);
    awaitPinned(1);
    driver.script("");
    driver.hold(memory.computeStream());
    Thread late = Thread.ofPlatform().start(() -> computeLate(table, computed));
    while (driver.count("cuMemcpyHtoDAsync_v2") < 1 && late.isAlive()) {
      Thread.onSpinWait();
    }
    table.spill(CHUNK);
    assertThat(table.hosted(CHUNK)).isZero();
    driver.letGo(memory.computeStream());
    late.join();
    table.settle();
    assertThat(content(page)).isEqualTo(computed);
    table.clear();
    page.release();
  }

  private void computeLate(DeviceTable table, byte[] content) {
    try {
      compute(table, 0, content);
    } catch (CudaException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anUnfinishedPageComesBitByBit() throws Exception {
    DeviceTable table = table();
    PooledPage page = page(9);
    byte[] before = content(page);
    table.put(0, page, 0);
    assertThat(table.beginPass(3)).isTrue();
    byte[] computed = bytes(10);
    compute(table, 0, computed);
    endPass(table, 0, 3);
    long bytes = driver.count("bytes to host");
    table.spill(3);
    table.settle();
    assertThat(table.hosted(3)).isEqualTo(3);
    assertThat(driver.count("bytes to host") - bytes).isEqualTo(3L * PAGES.tokenBytes());
    int row = PAGES.rowBytes();
    assertThat(slice(content(page), 0, 3 * row)).isEqualTo(slice(computed, 0, 3 * row));
    assertThat(slice(content(page), 3 * row, row)).isEqualTo(slice(before, 3 * row, row));
    endPass(table, 3, 4);
    table.spill(4);
    table.settle();
    assertThat(driver.count("bytes to host") - bytes).isEqualTo(4L * PAGES.tokenBytes());
    assertThat(table.hosted(4)).isEqualTo(4);
    table.clear();
    page.release();
  }

  @Test
  void whatIsForgottenIsComputedAndCopiedAgain() throws Exception {
    DeviceTable table = table();
    PooledPage page = page(11);
    table.put(0, page, 0);
    assertThat(table.beginPass(8)).isTrue();
    endPass(table, 0, 8);
    table.spill(8);
    table.forget(5);
    assertThat(table.hosted(5)).isEqualTo(5);
    long bytes = driver.count("bytes to host");
    endPass(table, 5, 8);
    table.spill(8);
    table.settle();
    assertThat(driver.count("bytes to host") - bytes).isEqualTo(3L * PAGES.tokenBytes());
    table.clear();
    page.release();
  }

  @Test
  void sealedPagesAreSharedWithoutACopy() throws Exception {
    PooledPage page = page(12);
    DeviceTable first = table();
    first.put(0, page, CHUNK);
    assertThat(first.beginPass(CHUNK)).isTrue();
    endPass(first, CHUNK - 1, CHUNK);
    page.seal();
    first.share();
    long bytes = driver.count("bytes to device");
    DeviceTable second = table();
    second.put(0, page, CHUNK);
    assertThat(second.beginPass(CHUNK)).isTrue();
    assertThat(second.addresses(CHUNK)).isEqualTo(first.addresses(CHUNK));
    first.clear();
    second.clear();
    DeviceTable third = table();
    third.put(0, page, CHUNK);
    assertThat(third.beginPass(CHUNK)).isTrue();
    assertThat(driver.count("bytes to device")).as("it stays behind its users").isEqualTo(bytes);
    third.clear();
    assertThat(memory.pagesInUse()).isEqualTo(1);
    page.release();
    assertThat(memory.pagesInUse()).as("not behind the page of the host").isZero();
  }

  @Test
  void pagesThatMayChangeAreNotShared() throws Exception {
    PooledPage page = page(13);
    DeviceTable table = table();
    table.put(0, page, CHUNK);
    assertThat(table.beginPass(CHUNK)).isTrue();
    endPass(table, CHUNK - 1, CHUNK);
    table.clear();
    assertThat(memory.pagesInUse()).isZero();
    page.release();
  }

  @Test
  void aDeviceWithoutRoomEvictsWhatNobodyUses() throws Exception {
    memory.close();
    memory = memory(4 << 20);
    List<PooledPage> pages = new ArrayList<>();
    List<DeviceTable> tables = new ArrayList<>();
    DeviceTable late = use(pages);
    while (late.beginPass(CHUNK)) {
      endPass(late, CHUNK - 1, CHUNK);
      tables.add(late);
      late = use(pages);
    }
    assertThat(tables).as("all of the device").hasSizeGreaterThan(80);
    tables.get(1).clear();
    tables.get(0).clear();
    assertThat(late.beginPass(CHUNK)).isTrue();
    assertThat(memory.evictedPages()).isEqualTo(1);
    long bytes = driver.count("bytes to device");
    DeviceTable again = table();
    again.put(0, pages.get(0), CHUNK);
    assertThat(again.beginPass(CHUNK)).isTrue();
    assertThat(driver.count("bytes to device")).as("the one used last stayed").isEqualTo(bytes);
    again.clear();
    late.clear();
    tables.forEach(DeviceTable::clear);
    pages.forEach(PooledPage::release);
    assertThat(losses).isEmpty();
  }

  /** A table that is to have a page of its own. */
  private DeviceTable use(List<PooledPage> pages) {
    PooledPage page = page(pages.size());
    page.seal();
    pages.add(page);
    DeviceTable table = table();
    table.put(0, page, CHUNK);
    return table;
  }

  @Test
  void aLostDeviceLeavesWhatCameToTheHost() throws Exception {
    DeviceTable table = table();
    PooledPage page = page(14);
    table.put(0, page, 0);
    assertThat(table.beginPass(8)).isTrue();
    endPass(table, 0, 5);
    table.spill(5);
    table.settle();
    endPass(table, 5, 8);
    driver.script("cuMemcpy2DAsync_v2:1=700");
    table.spill(8);
    table.settle();
    assertThat(memory.isLost()).isTrue();
    assertThat(losses).hasSize(1);
    assertThat(table.hosted(8)).isEqualTo(5);
    assertThat(table.beginPass(9)).isFalse();
    assertThat(memory.table(PAGES)).isNull();
    table.clear();
    page.release();
    assertThat(losses).as("told once").hasSize(1);
  }

  @Test
  void memoryOfTheHostIsPinnedOnceItIsThere() throws Exception {
    PooledPage page = page(15);
    awaitPinned(1);
    driver.script("");
    DeviceTable table = table();
    long pageable = driver.count("pageable copies");
    table.put(0, page, CHUNK);
    assertThat(table.beginPass(CHUNK)).isTrue();
    table.settle();
    assertThat(driver.count("pageable copies")).isEqualTo(pageable);
    assertThat(driver.count("cuMemHostRegister_v2")).as("none on the way").isZero();
    table.clear();
    page.release();
  }

  private void awaitPinned(int slabs) throws InterruptedException {
    for (int i = 0; i < 2_000 && driver.count("pinned") < slabs; i++) {
      Thread.sleep(5);
    }
    assertThat(driver.count("pinned")).isEqualTo(slabs);
  }

  @Test
  void memoryThatWasThereBeforeIsPinnedAndGivenBack() throws Exception {
    memory.close();
    PooledPage page = page(16);
    assertThat(driver.count("pinned")).isZero();
    memory = memory(64 << 20);
    awaitPinned(1);
    page.release();
    host.close();
    assertThat(driver.count("pinned")).isZero();
    host = new PagePool(64 << 20, false);
  }
}
