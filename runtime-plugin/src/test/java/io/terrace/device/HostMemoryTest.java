/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostMemoryTest {
  private static final long MIB = 1 << 20;

  @ParameterizedTest
  @ValueSource(longs = {1, 4096, 2 * MIB - 1, 2 * MIB, 2 * MIB + 1, 9 * MIB})
  void mapsWholeHugePagesAndGivesThemBack(long bytes) throws IOException {
    MemorySegment memory = HostMemory.map(bytes);
    assertThat(memory.address() % (2 * MIB)).isZero();
    assertThat(memory.byteSize()).isEqualTo((bytes + 2 * MIB - 1) / (2 * MIB) * (2 * MIB));
    long last = memory.byteSize() - 1;
    memory.set(ValueLayout.JAVA_BYTE, last, (byte) 1);
    assertThat(memory.get(ValueLayout.JAVA_BYTE, 0)).as("fresh memory is zero").isZero();
    assertThat(Pages.isMapped(memory.address() + last)).isTrue();
    HostMemory.unmap(memory.asSlice(0, bytes));
    boolean isGone = isGone(memory);
    for (int i = 0; i < 20 && !isGone; i++) { // others of this process may have mapped it since
      MemorySegment another = HostMemory.map(bytes);
      HostMemory.unmap(another.asSlice(0, bytes));
      isGone = isGone(another);
    }
    assertThat(isGone).isTrue();
  }

  private static boolean isGone(MemorySegment memory) throws IOException {
    return !Pages.isMapped(memory.address())
        && !Pages.isMapped(memory.address() + memory.byteSize() - 1);
  }

  @Test
  void touchedMemoryIsThereAndKeepsWhatItHolds() throws Throwable {
    MemorySegment memory = HostMemory.map(6 * MIB);
    memory.set(ValueLayout.JAVA_BYTE, 3 * MIB, (byte) 7);
    assertThat(Pages.residentBytes(memory)).isLessThan(6 * MIB);
    HostMemory.touch(memory.asSlice(2 * MIB, 4 * MIB));
    assertThat(Pages.residentBytes(memory.asSlice(2 * MIB))).isEqualTo(4 * MIB);
    assertThat(memory.get(ValueLayout.JAVA_BYTE, 3 * MIB)).isEqualTo((byte) 7);
    HostMemory.unmap(memory);
  }

  @Test
  void aRefusalNamesTheSize() {
    assertThatThrownBy(() -> HostMemory.map(1L << 60))
        .isInstanceOf(OutOfMemoryError.class)
        .hasMessageContaining("for KV pages was refused");
  }

  @Test
  void protectionCanBeTakenBack() {
    MemorySegment memory = HostMemory.map(4096);
    HostMemory.protect(memory.asSlice(0, 100), true);
    assertThat(memory.get(ValueLayout.JAVA_BYTE, 0)).as("still readable").isZero();
    HostMemory.protect(memory.asSlice(0, 100), false);
    memory.set(ValueLayout.JAVA_BYTE, 0, (byte) 7);
    assertThat(memory.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 7);
    HostMemory.unmap(memory);
  }
}
