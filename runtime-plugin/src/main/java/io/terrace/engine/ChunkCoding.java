/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

/** How the chunks of one tier are stored. Safe for use by several threads; what it makes is not. */
public interface ChunkCoding {
  /** Whether a whole page is stored as it lies in memory, with a CRC-32C and nothing else. */
  boolean storesPages();

  /** Makes an encoder, which owns memory as large as a payload. */
  ChunkEncoder encoder();

  /** Makes a decoder, which owns memory as large as a payload. */
  ChunkDecoder decoder();
}
