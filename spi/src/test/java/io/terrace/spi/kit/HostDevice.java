/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;

/** Host memory that stands in for a device's: addresses that are only good for a device path. */
public final class HostDevice implements TestDevice {
  private final NavigableMap<Long, MemorySegment> allocated = new ConcurrentSkipListMap<>();

  @Override
  public long allocate(long bytes) {
    MemorySegment memory = Arena.ofAuto().allocate(Math.max(1, bytes), 4096);
    allocated.put(memory.address(), memory);
    return memory.address();
  }

  @Override
  public void put(long address, byte[] bytes) {
    MemorySegment.copy(bytes, 0, at(address, bytes.length), ValueLayout.JAVA_BYTE, 0, bytes.length);
  }

  @Override
  public byte[] get(long address, int bytes) {
    return at(address, bytes).toArray(ValueLayout.JAVA_BYTE);
  }

  /**
   * The memory behind an address.
   *
   * @throws IndexOutOfBoundsException if it was not allocated here
   */
  public MemorySegment at(long address, long bytes) {
    MemorySegment memory =
        Objects.requireNonNull(allocated.floorEntry(address), "no device memory").getValue();
    return memory.asSlice(address - memory.address(), bytes);
  }
}
