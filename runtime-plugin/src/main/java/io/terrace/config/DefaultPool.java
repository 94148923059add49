/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.config;

/** How much memory the page pool takes when nobody says. */
final class DefaultPool {
  static final long LEAST_BYTES = 64L << 20;

  private DefaultPool() {}

  /**
   * A quarter of what the heap leaves, at least 64 MiB.
   *
   * @param totalMemoryBytes memory of the container or machine; 0 if unknown
   * @param maxHeapBytes {@link Runtime#maxMemory}; {@link Long#MAX_VALUE} if there is no limit
   */
  static long bytes(long totalMemoryBytes, long maxHeapBytes) {
    return Math.max(LEAST_BYTES, (totalMemoryBytes - maxHeapBytes) / 4);
  }
}
