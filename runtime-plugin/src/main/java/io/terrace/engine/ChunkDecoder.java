/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.format.ChunkFault;
import io.terrace.spi.format.ChunkHeader;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Makes pages of stored chunks, one at a time: first {@link #accept}, then {@link #target}, then,
 * when the payload is there, {@link #decode}. Used by one thread at a time.
 */
public interface ChunkDecoder {
  /**
   * Takes a header, of which it keeps a copy.
   *
   * @param payloadBytes bytes stored behind it
   * @return why it cannot be used, or null
   */
  @Nullable ChunkFault accept(MemorySegment header, long payloadBytes);

  /** The header that was accepted, its token ids readable. Valid until the next one is. */
  ChunkHeader header();

  /**
   * Where the payload is to be read to: the page itself, where it is stored as it lies there.
   *
   * @param page memory of the page that the chunk is decoded into
   */
  MemorySegment target(MemorySegment page);

  /** Whether the payload is a whole page as it lies in memory, with a CRC-32C and nothing else. */
  boolean isPage();

  /**
   * Checks a payload that {@linkplain #isPage is a page}, wherever it is.
   *
   * @param checksum CRC-32C of its bytes
   * @return why it cannot be used, or null
   */
  @Nullable ChunkFault verify(int checksum);

  /**
   * Checks the payload in {@link #target} and puts it into the page.
   *
   * @return why it cannot be used, in which case the page may hold anything, or null
   */
  @Nullable ChunkFault decode(MemorySegment page);
}
