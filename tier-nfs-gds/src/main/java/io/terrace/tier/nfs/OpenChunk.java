/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.tier.nfs.io.ReadableFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A chunk whose file is open and whose header was read.
 *
 * @param header the first bytes of the file: fewer than a header has if the file was cut
 */
record OpenChunk(ChunkKey key, ReadableFile file, MemorySegment header) {
  long payloadBytes() {
    return file.size() - header.byteSize();
  }

  /** Reads the payload, and closes the file. */
  void fill(MemorySegment target, Deadline deadline) throws IOException {
    try (file) {
      file.read(header.byteSize(), target, deadline);
    }
  }

  /** Closes the file of a chunk that is not read. */
  void close() {
    try {
      file.close();
    } catch (IOException e) {
      return; // nothing was written to it
    }
  }
}
