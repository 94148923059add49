/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

/**
 * Told of the device memory that pages lie in, by whichever thread needs a page; one call at a
 * time. Throws nothing.
 */
public interface SlabWatcher {
  /**
   * It is there; perhaps told twice.
   *
   * @param address on the device
   */
  void taken(long address, long bytes);

  /** It is about to be given back; perhaps nothing was told of it before. */
  void goes(long address);
}
