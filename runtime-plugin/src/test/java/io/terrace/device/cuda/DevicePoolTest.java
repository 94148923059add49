/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.device.DevicePage;
import io.terrace.device.DevicePool;
import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pages of device memory: one budget, and no call of the driver for a page that comes again. */
final class DevicePoolTest {
  private static final long MIB = 1 << 20;

  /** Half a MiB a page, and a quarter. */
  private static final PageGeometry HALF = new PageGeometry(8, 4, 64, 32, DataType.F32);

  private static final PageGeometry QUARTER = new PageGeometry(8, 4, 64, 32, DataType.BF16);

  private StandInCuda driver;

  @BeforeEach
  void renew() {
    driver = StandInCuda.fresh();
  }

  private static List<DevicePage> all(DevicePool pool, PageGeometry geometry) throws CudaException {
    List<DevicePage> pages = new ArrayList<>();
    for (DevicePage page = pool.take(geometry); page != null; page = pool.take(geometry)) {
      pages.add(page);
    }
    return pages;
  }

  private static DevicePage one(DevicePool pool, PageGeometry geometry) throws CudaException {
    return Objects.requireNonNull(pool.take(geometry));
  }

  @Test
  void pagesLieBesideEachOtherWithinTheBudget() throws Exception {
    try (CudaDevice device = driver.open();
        DevicePool pool = new DevicePool(device, 8 * MIB)) {
      List<DevicePage> pages = all(pool, HALF);
      assertThat(pages).hasSize(16);
      assertThat(pool.mappedBytes()).isEqualTo(8 * MIB).isEqualTo(driver.count("bytes"));
      assertThat(pool.pagesInUse()).isEqualTo(16);
      Set<Long> places = new HashSet<>();
      pages.forEach(page -> places.add(page.address() / HALF.pageBytes()));
      assertThat(places).as("none twice").hasSize(16);
      pages.forEach(pool::giveBack);
      assertThat(pool.pagesInUse()).isZero();
    }
    assertThat(driver.count("bytes")).isZero();
  }

  @Test
  void aPageThatComesAgainTakesNoCallOfTheDriver() throws Exception {
    try (CudaDevice device = driver.open();
        DevicePool pool = new DevicePool(device, 8 * MIB)) {
      pool.giveBack(one(pool, HALF));
      driver.script("");
      for (int i = 0; i < 100; i++) {
        pool.giveBack(one(pool, HALF));
      }
      assertThat(driver.count("cuMemAlloc_v2")).isZero();
      assertThat(driver.count("cuMemFree_v2")).isZero();
    }
  }

  @Test
  void unusedMemoryGoesToAnotherGeometry() throws Exception {
    try (CudaDevice device = driver.open();
        DevicePool pool = new DevicePool(device, 8 * MIB)) {
      List<DevicePage> halves = all(pool, HALF);
      assertThat(pool.take(QUARTER)).isNull();
      halves.subList(1, 16).forEach(pool::giveBack);
      List<DevicePage> quarters = all(pool, QUARTER);
      assertThat(quarters).as("three of four pieces of memory").hasSize(3 * 8);
      quarters.forEach(pool::giveBack);
      pool.giveBack(halves.getFirst());
    }
  }

  @Test
  void aDeviceWithoutRoomIsABudgetThatIsSpent() throws Exception {
    driver.script("memory=" + 5 * MIB);
    try (CudaDevice device = driver.open();
        DevicePool pool = new DevicePool(device, 64 * MIB)) {
      List<DevicePage> pages = all(pool, HALF);
      assertThat(pages).as("two smallest pieces, where a larger one finds no room").hasSize(8);
      pages.forEach(pool::giveBack);
    }
    assertThat(driver.count("bytes")).isZero();
  }

  @Test
  void whatComesBackAfterTheEndIsFreed() throws Exception {
    try (CudaDevice device = driver.open()) {
      DevicePool pool = new DevicePool(device, 8 * MIB);
      DevicePage page = one(pool, HALF);
      pool.close();
      assertThat(driver.count("bytes")).isPositive();
      assertThat(pool.take(HALF)).isNull();
      pool.giveBack(page);
      assertThat(driver.count("bytes")).isZero();
    }
  }

  @Test
  void aLostDeviceIsToldAndClosed() throws Exception {
    CudaDevice device = driver.open();
    DevicePool pool = new DevicePool(device, 8 * MIB);
    DevicePage page = one(pool, HALF);
    driver.script("cuMemAlloc_v2:1=700");
    assertThatThrownBy(() -> pool.take(QUARTER)).isInstanceOf(CudaException.class);
    pool.giveBack(page);
    pool.close();
  }
}
