/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

/** Memory of a device, or of something that stands in for one, as tests use it. */
public interface TestDevice {
  /** Memory that stays until the test is over; its address. */
  long allocate(long bytes);

  /** Copies bytes into device memory. */
  void put(long address, byte[] bytes);

  /** A copy of device memory. */
  byte[] get(long address, int bytes);
}
