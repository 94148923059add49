/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import java.lang.foreign.MemorySegment;

/**
 * The right to read a chunk in the memory of its tier.
 *
 * @param header the chunk's header; valid as long as the page
 * @param page the chunk's payload in place, never to be written. The borrower owns one reference
 *     and releases it; until then the memory stays as it is, whatever the tier does with the chunk
 */
public record Lease(MemorySegment header, Page page) implements AutoCloseable {
  /** Releases the page. */
  @Override
  public void close() {
    page.release();
  }
}
