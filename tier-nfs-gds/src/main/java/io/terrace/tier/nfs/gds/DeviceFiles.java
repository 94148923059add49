/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.gds;

import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import java.io.IOException;
import java.nio.file.Path;

/** A tier's files, as the way to the device needs them. A file is a header and the payload. */
public interface DeviceFiles {
  /** Where a chunk is if it is here. */
  Path file(ChunkKey key);

  /** Counts a use of a chunk that was read. */
  void used(ChunkKey key);

  /**
   * Stores a chunk by the tier's own rules: whether it is wanted, where it is written, how it is
   * published, and that a file that was not finished is removed.
   *
   * @param bytes of the whole file
   * @param content asked to write the file, unless the chunk is not wanted
   * @throws TierException if it could not be stored by the deadline
   */
  WriteResult store(ChunkDescriptor chunk, long bytes, Content content, Deadline deadline)
      throws TierException;

  /** Writes one file. */
  @FunctionalInterface
  interface Content {
    /**
     * Makes and fills a file.
     *
     * @param temporary does not exist yet
     */
    void write(Path temporary) throws IOException;
  }
}
