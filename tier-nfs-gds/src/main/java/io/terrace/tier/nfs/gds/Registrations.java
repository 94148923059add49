/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.gds;

import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Device memory that is registered with the library, up to a bound. Safe for several threads. */
final class Registrations {
  private final CuFile cuFile;
  private final long maxBytes;
  private final TreeMap<Long, Long> bytesByAddress = new TreeMap<>();
  private long registeredBytes;

  Registrations(CuFile cuFile, long maxBytes) {
    this.cuFile = cuFile;
    this.maxBytes = maxBytes;
  }

  /**
   * Registers memory; does nothing if it is registered.
   *
   * @throws CuFileException if the library refuses
   * @throws IllegalArgumentException if it overlaps other registered memory, or is too much
   */
  synchronized void add(long address, long bytes) throws CuFileException {
    Map.Entry<Long, Long> before = bytesByAddress.lowerEntry(address + bytes);
    if (before != null && before.getKey() + before.getValue() > address) {
      if (before.getKey() <= address && before.getKey() + before.getValue() >= address + bytes) {
        return;
      }
      throw new IllegalArgumentException("it overlaps memory that is registered");
    }
    if (registeredBytes + bytes > maxBytes) {
      throw new IllegalArgumentException(
          registeredBytes + " bytes are registered of at most " + maxBytes);
    }
    cuFile.registerMemory(address, bytes);
    bytesByAddress.put(address, bytes);
    registeredBytes += bytes;
  }

  /** Takes a registration back; does nothing if there is none. */
  synchronized void remove(long address) throws CuFileException {
    Long bytes = bytesByAddress.remove(address);
    if (bytes != null) {
      registeredBytes -= bytes;
      cuFile.deregisterMemory(address);
    }
  }

  /** Where the registered memory begins that holds these bytes; empty if none does. */
  synchronized OptionalLong base(long address, long bytes) {
    Map.Entry<Long, Long> floor = bytesByAddress.floorEntry(address);
    return floor != null && floor.getKey() + floor.getValue() >= address + bytes
        ? OptionalLong.of(floor.getKey())
        : OptionalLong.empty();
  }

  /** Takes all registrations back. */
  synchronized void clear() throws CuFileException {
    while (!bytesByAddress.isEmpty()) {
      remove(bytesByAddress.firstKey());
    }
  }
}
