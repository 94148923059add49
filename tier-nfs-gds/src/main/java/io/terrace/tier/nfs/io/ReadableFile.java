/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import io.terrace.spi.Deadline;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** A file that is open for reading. For one thread at a time. */
public interface ReadableFile extends AutoCloseable {
  /** Bytes in the file when it was opened. */
  long size();

  /**
   * Fills memory from the file. Returns, or throws, only when nothing will write into the memory
   * any more: where the system hangs in a read, so does this, whatever the deadline. Blocks without
   * heeding interrupts: call it on a platform thread of the tier's own.
   *
   * @param offset in the file, in bytes; any
   * @param target native memory of any alignment and length that any thread may touch
   * @param deadline looked at between pieces of a few MiB
   * @throws java.io.EOFException if the file ends before the memory is full
   * @throws java.io.InterruptedIOException when the deadline is over
   * @throws IOException if the bytes cannot be read
   */
  void read(long offset, MemorySegment target, Deadline deadline) throws IOException;

  @Override
  void close() throws IOException;
}
