/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Page;
import io.terrace.spi.format.ChunkKind;
import java.lang.foreign.MemorySegment;

/**
 * Makes stored chunks of pages, one at a time. Used by one thread at a time. Its memory goes when
 * nobody holds it any more, a tier that never comes back included.
 */
public interface ChunkEncoder {
  /**
   * Encodes the first positions of a page.
   *
   * @param kind {@link ChunkKind#FULL} or {@link ChunkKind#TAIL}
   * @param fingerprint 32 bytes
   * @param tokens the ids of the chunk's positions, and no others
   * @return valid until the next call, and as long as the page is: its payload may be the page
   */
  Chunk encode(ChunkKind kind, ChunkDescriptor chunk, byte[] fingerprint, int[] tokens, Page page);

  /**
   * The header of a whole page that is {@linkplain ChunkCoding#storesPages stored as it lies in
   * memory}, wherever that is.
   *
   * @param checksum CRC-32C of the page
   * @return valid until the next call
   */
  MemorySegment header(ChunkDescriptor chunk, byte[] fingerprint, int[] tokens, int checksum);

  /**
   * Encodes a reference.
   *
   * @param referenced the full chunk that begins with the same tokens
   */
  Chunk reference(ChunkDescriptor chunk, byte[] fingerprint, int[] tokens, ChunkKey referenced);
}
