/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The driver's functions, by a stand-in that checks what a device would. */
final class CudaDeviceTest {
  private static final int BYTES = 1 << 16;

  private StandInCuda driver;

  @BeforeEach
  void renew() {
    driver = StandInCuda.fresh();
  }

  private static MemorySegment numbered(Arena arena, int seed) {
    MemorySegment memory = arena.allocate(BYTES, 4096);
    for (int i = 0; i < BYTES; i++) {
      memory.set(ValueLayout.JAVA_BYTE, i, (byte) (i * 31 + seed));
    }
    return memory;
  }

  @Test
  void saysWhatItIs() throws Exception {
    try (CudaDevice device = driver.open()) {
      assertThat(device.facts())
          .isEqualTo(new CudaDevice.Facts("Terrace stand-in 0", "12.6", "7.5", 1L << 30));
      assertThat(device.freeBytes()).isEqualTo(1L << 30);
    }
    assertThat(driver.count("contexts")).isZero();
  }

  @Test
  void bytesGoToTheDeviceAndBack() throws Exception {
    try (Arena arena = Arena.ofConfined();
        CudaDevice device = driver.open();
        CudaStream stream = device.stream()) {
      MemorySegment sent = numbered(arena, 1);
      MemorySegment back = arena.allocate(BYTES, 4096);
      device.pin(sent);
      device.pin(back);
      long memory = device.allocate(BYTES);
      stream.copyToDevice(memory, sent);
      stream.copyToHost(back, memory);
      stream.synchronize();
      assertThat(back.mismatch(sent)).isEqualTo(-1);
      assertThat(driver.count("bytes to device")).isEqualTo(BYTES);
      assertThat(driver.count("bytes to host")).isEqualTo(BYTES);
      assertThat(driver.count("pageable copies")).isZero();
      device.free(memory);
      device.unpin(sent);
      device.unpin(back);
    }
    for (String what : new String[] {"allocations", "bytes", "pinned", "streams", "contexts"}) {
      assertThat(driver.count(what)).as(what).isZero();
    }
  }

  @Test
  void copiesOfMemoryThatIsNotPinnedAreCounted() throws Exception {
    try (Arena arena = Arena.ofConfined();
        CudaDevice device = driver.open();
        CudaStream stream = device.stream()) {
      long memory = device.allocate(BYTES);
      stream.copyToDevice(memory, numbered(arena, 1));
      assertThat(driver.count("pageable copies")).isEqualTo(1);
      device.free(memory);
    }
  }

  /** Two streams, and what orders them: without the event the second one reads what was there. */
  @Test
  void anEventOrdersTwoStreams() throws Exception {
    try (Arena arena = Arena.ofConfined();
        CudaDevice device = driver.open();
        CudaStream load = device.stream();
        CudaStream compute = device.stream();
        CudaEvent loaded = device.event()) {
      MemorySegment sent = numbered(arena, 2);
      MemorySegment early = arena.allocate(BYTES, 4096);
      MemorySegment late = arena.allocate(BYTES, 4096);
      for (MemorySegment memory : new MemorySegment[] {sent, early, late}) {
        device.pin(memory);
      }
      long memory = device.allocate(BYTES);
      driver.hold(load);
      load.copyToDevice(memory, sent);
      load.record(loaded);
      assertThat(loaded.isOver()).isFalse();
      compute.copyToHost(early, memory);
      compute.synchronize();
      assertThat(early.mismatch(sent)).as("read before it came").isNotNegative();
      compute.await(loaded);
      compute.copyToHost(late, memory);
      driver.letGo(load);
      compute.synchronize();
      assertThat(loaded.isOver()).isTrue();
      assertThat(late.mismatch(sent)).isEqualTo(-1);
      device.free(memory);
    }
  }

  @Test
  void eachThreadGetsItsContextBack() throws Exception {
    try (CudaDevice device = driver.open()) {
      long memory = device.allocate(1);
      Thread.ofVirtual().start(() -> freed(device, memory)).join();
      assertThat(driver.count("allocations")).isZero();
      assertThat(driver.count("cuCtxPushCurrent_v2"))
          .as("each call had the device's context, on its thread")
          .isEqualTo(2);
    }
  }

  private static void freed(CudaDevice device, long memory) {
    try {
      device.free(memory);
    } catch (CudaException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aDeviceWithoutRoomSaysSo() throws Exception {
    driver.script("memory=1000");
    try (CudaDevice device = driver.open()) {
      long memory = device.allocate(800);
      assertThatThrownBy(() -> device.allocate(300))
          .hasMessage("cuMemAlloc: CUDA_ERROR_OUT_OF_MEMORY (2)")
          .asInstanceOf(InstanceOfAssertFactories.type(CudaException.class))
          .matches(CudaException::isOutOfMemory)
          .matches(e -> !e.isLost());
      device.free(memory);
      device.free(device.allocate(300));
    }
  }

  @Test
  void aDeviceThatIsLostStaysLost() throws Exception {
    CudaDevice device = driver.open();
    driver.script("cuMemAlloc_v2:2=719");
    long memory = device.allocate(8);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> device.allocate(8))
          .hasMessageContaining("CUDA_ERROR_LAUNCH_FAILED (719)")
          .asInstanceOf(InstanceOfAssertFactories.type(CudaException.class))
          .matches(CudaException::isLost);
    }
    assertThatThrownBy(() -> device.free(memory)).isInstanceOf(CudaException.class);
  }

  @Test
  void whatIsMissingIsSaid() {
    assertThatThrownBy(() -> CudaDevice.open("/nowhere/libcuda.so.1", 0))
        .isInstanceOf(DeviceAbsentException.class)
        .hasMessage("there is no CUDA driver: /nowhere/libcuda.so.1 is not found");
    assertThatThrownBy(() -> CudaDevice.open("libm.so.6", 0))
        .isInstanceOf(DeviceAbsentException.class)
        .hasMessageContaining("libm.so.6 is no CUDA driver");
    assertThatThrownBy(() -> CudaDevice.open(driver.library(), 1))
        .isInstanceOf(DeviceAbsentException.class)
        .hasMessage("there is no CUDA device 1: the driver sees 1");
    driver.script("cuInit:1=100");
    assertThatThrownBy(driver::open)
        .isInstanceOf(DeviceAbsentException.class)
        .hasMessage("the CUDA driver has no usable device: cuInit: CUDA_ERROR_NO_DEVICE (100)");
  }
}
