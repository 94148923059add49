/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import io.terrace.spi.PageGeometry;

/**
 * A page in the memory of a device. The object lives as long as its slab and is handed out again
 * and again.
 */
public final class DevicePage {
  private final Slab<DevicePage> slab;
  private final PageGeometry geometry;
  private final long address;

  DevicePage(Slab<DevicePage> slab, PageGeometry geometry, long address) {
    this.slab = slab;
    this.geometry = geometry;
    this.address = address;
  }

  Slab<DevicePage> slab() {
    return slab;
  }

  /** The shape of its content, the same as that of a page of the host. */
  public PageGeometry geometry() {
    return geometry;
  }

  /** Where it begins on the device, aligned to 4,096 bytes. */
  public long address() {
    return address;
  }

  @Override
  public String toString() {
    return "device page@" + Long.toHexString(address) + "[" + geometry.pageBytes() + " bytes]";
  }
}
