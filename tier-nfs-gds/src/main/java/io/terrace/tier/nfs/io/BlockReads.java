/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import io.terrace.spi.Deadline;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** How whole blocks come from a file that is open for direct I/O. */
interface BlockReads {
  /**
   * Fills memory. Nothing writes into it any more when this returns or throws.
   *
   * @param offset a multiple of {@link Posix#BLOCK_BYTES}, as the target's address and length are
   */
  void read(int descriptor, Path file, long offset, MemorySegment target, Deadline deadline)
      throws IOException;
}
